package dev.weft.policy.wire;

import dev.weft.api.v1.RateLimitRule;
import dev.weft.api.v1.RateLimitScope;
import dev.weft.api.v1.RateLimitUnit;
import dev.weft.policy.limit.LimitRule;
import dev.weft.policy.limit.RateLimit;
import java.time.Duration;
import java.util.Set;

/** Converts rate limits to messages and back. */
public final class RateLimitWire {

    private RateLimitWire() {}

    /** Returns the message of a rate limit. */
    public static dev.weft.api.v1.RateLimit toProto(RateLimit limit) {
        dev.weft.api.v1.RateLimit.Builder message = dev.weft.api.v1.RateLimit.newBuilder()
                .setNamespace(limit.namespace())
                .setName(limit.name())
                .addAllPorts(limit.ports());
        limit.limits().forEach(rule -> message.addLimits(toProto(rule)));
        return message.build();
    }

    private static RateLimitRule toProto(LimitRule rule) {
        RateLimitRule.Builder message = RateLimitRule.newBuilder()
                .setUnit(
                        switch (rule.unit()) {
                            case REQUESTS -> RateLimitUnit.RATE_LIMIT_UNIT_REQUESTS;
                            case CONNECTIONS -> RateLimitUnit.RATE_LIMIT_UNIT_CONNECTIONS;
                            case AT_ONCE -> RateLimitUnit.RATE_LIMIT_UNIT_AT_ONCE;
                        })
                .setPerSecond(rule.perSecond())
                .setBurst(rule.burst())
                .setWaiting(rule.waiting().most())
                .setWaitMillis((int) rule.waiting().longest().toMillis())
                .setScope(
                        switch (rule.scope()) {
                            case IDENTITY -> RateLimitScope.RATE_LIMIT_SCOPE_IDENTITY;
                            case ALL -> RateLimitScope.RATE_LIMIT_SCOPE_ALL;
                        });
        rule.from().forEach(source -> message.addFrom(PolicyWire.toProto(source)));
        return message.build();
    }

    /**
     * Returns the rate limit of a message.
     *
     * @throws IllegalArgumentException if the message has an unknown field or word, or a number is out of range
     */
    public static RateLimit fromProto(dev.weft.api.v1.RateLimit message) {
        UnknownFields.refuse(
                "rate limit",
                message.toBuilder()
                        .clearNamespace()
                        .clearName()
                        .clearPorts()
                        .clearLimits()
                        .build());
        return new RateLimit(
                message.getNamespace(),
                message.getName(),
                Set.copyOf(message.getPortsList()),
                message.getLimitsList().stream().map(RateLimitWire::rule).toList());
    }

    private static LimitRule rule(RateLimitRule message) {
        UnknownFields.refuse(
                "limit",
                message.toBuilder()
                        .clearFrom()
                        .clearUnit()
                        .clearPerSecond()
                        .clearBurst()
                        .clearScope()
                        .clearWaiting()
                        .clearWaitMillis()
                        .build());
        LimitRule.Unit unit = switch (message.getUnit()) {
            case RATE_LIMIT_UNIT_REQUESTS -> LimitRule.Unit.REQUESTS;
            case RATE_LIMIT_UNIT_CONNECTIONS -> LimitRule.Unit.CONNECTIONS;
            case RATE_LIMIT_UNIT_AT_ONCE -> LimitRule.Unit.AT_ONCE;
            case RATE_LIMIT_UNIT_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(
                        "limit: unknown unit (expected: requests, connections or requests at once)");
        };
        LimitRule.Scope scope = switch (message.getScope()) {
            case RATE_LIMIT_SCOPE_IDENTITY -> LimitRule.Scope.IDENTITY;
            case RATE_LIMIT_SCOPE_ALL -> LimitRule.Scope.ALL;
            case RATE_LIMIT_SCOPE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("limit: unknown scope (expected: identity or all)");
        };
        return new LimitRule(
                message.getFromList().stream().map(PolicyWire::source).toList(),
                unit,
                message.getPerSecond(),
                message.getBurst(),
                scope,
                new LimitRule.Waiting(
                        message.getWaiting(), Duration.ofMillis(Integer.toUnsignedLong(message.getWaitMillis()))));
    }
}
