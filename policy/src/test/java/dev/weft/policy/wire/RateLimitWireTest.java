package dev.weft.policy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.api.v1.RateLimitRule;
import dev.weft.api.v1.RateLimitScope;
import dev.weft.api.v1.RateLimitUnit;
import dev.weft.policy.limit.LimitRule;
import dev.weft.policy.limit.RateLimit;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.Source;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RateLimitWireTest {

    private static final LimitRule RULE =
            new LimitRule(List.of(), LimitRule.Unit.REQUESTS, 5, 10, LimitRule.Scope.IDENTITY);
    private static final RateLimit LIMIT = new RateLimit(
            "shop",
            "api",
            Set.of(8080, 9090),
            List.of(
                    RULE,
                    new LimitRule(
                            List.of(),
                            LimitRule.Unit.AT_ONCE,
                            7,
                            7,
                            LimitRule.Scope.ALL,
                            new LimitRule.Waiting(3, Duration.ofMillis(250))),
                    new LimitRule(
                            List.of(Source.of(new Condition.InNamespace("play"))),
                            LimitRule.Unit.CONNECTIONS,
                            1,
                            1,
                            LimitRule.Scope.ALL)));

    @Test
    void whatIsWrittenIsReadAgain() {
        assertThat(RateLimitWire.fromProto(RateLimitWire.toProto(LIMIT))).isEqualTo(LIMIT);
    }

    @Test
    void aWordThatIsNotKnownIsRefused() {
        RateLimitRule good = RateLimitWire.toProto(LIMIT).getLimits(0);
        refused(good.toBuilder().setUnitValue(99).build(), "unknown unit");
        refused(
                good.toBuilder()
                        .setUnit(RateLimitUnit.RATE_LIMIT_UNIT_UNSPECIFIED)
                        .build(),
                "unknown unit");
        refused(good.toBuilder().setScopeValue(99).build(), "unknown scope");
        refused(
                good.toBuilder()
                        .setScope(RateLimitScope.RATE_LIMIT_SCOPE_UNSPECIFIED)
                        .build(),
                "unknown scope");
        refused(good.toBuilder().setWaiting(1).setWaitMillis(1).build(), "waiting: 1 (expected: 0 but for");
        RateLimitRule atOnce = RateLimitWire.toProto(LIMIT).getLimits(1);
        refused(atOnce.toBuilder().setWaiting(1001).build(), "waiting: 1001 (expected: 0-1000)");
        refused(atOnce.toBuilder().setWaiting(-1).build(), "waiting: -1");
        refused(atOnce.toBuilder().setWaitMillis(60_001).build(), "wait: PT1M0.001S");
        refused(atOnce.toBuilder().setWaitMillis(-1).build(), "wait: ");
        refused(atOnce.toBuilder().setWaitMillis(0).build(), "wait: PT0S");
        refused(good.toBuilder().setPerSecond(0).build(), "per second: 0 (expected: 1-1000000)");
        refused(good.toBuilder().setBurst(1_000_001).build(), "burst: 1000001 (expected: 1-1000000)");
    }

    private static void refused(RateLimitRule rule, String why) {
        assertThatThrownBy(() -> RateLimitWire.fromProto(dev.weft.api.v1.RateLimit.newBuilder()
                        .setNamespace("shop")
                        .setName("api")
                        .addLimits(rule)
                        .build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aFieldThatIsNotKnownIsRefusedInTheLimitAndInEachOfItsRules() throws InvalidProtocolBufferException {
        dev.weft.api.v1.RateLimit good = RateLimitWire.toProto(LIMIT);
        byte[] strange = {(byte) 0xf8, 0x3f, 1}; // field 1023, the number 1
        dev.weft.api.v1.RateLimit more = good.toBuilder().mergeFrom(strange).build();
        assertThatThrownBy(() -> RateLimitWire.fromProto(more)).hasMessageContaining("rate limit");
        dev.weft.api.v1.RateLimit inRule = good.toBuilder()
                .setLimits(0, good.getLimits(0).toBuilder().mergeFrom(strange))
                .build();
        assertThatThrownBy(() -> RateLimitWire.fromProto(inRule)).hasMessageContaining("limit");
    }

    @Test
    void thereIsOneLimitAtLeastAndNotTooMany() {
        assertThatThrownBy(() -> new RateLimit("shop", "api", Set.of(), List.of()))
                .hasMessage("limits: 0 (expected: 1-16)");
        assertThatThrownBy(() -> new RateLimit("shop", "api", Set.of(), Collections.nCopies(17, RULE)))
                .hasMessage("limits: 17 (expected: 1-16)");
        assertThatThrownBy(() -> new RateLimit("shop", "api", Set.of(70_000), List.of(RULE)))
                .hasMessage("port: 70000 (expected: 1-65535)");
    }
}
