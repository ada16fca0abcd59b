package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Shape.mapping;
import static dev.weft.mesh.kind.Shape.someOf;

import dev.weft.mesh.kind.Kind.Column;
import dev.weft.policy.limit.LimitRule;
import dev.weft.policy.limit.RateLimit;
import java.util.List;

/** The kind RateLimit. */
final class RateLimitKind {

    private static final String ONE =
            "no usable rate (expected: one of requestsPerSecond, connectionsPerSecond and requestsAtOnce)";
    private static final Shape RATE = new Shape.Whole(1, LimitRule.MAX_RATE);

    private static final Shape.Mapping LIMIT = mapping()
            .optional(
                    "from",
                    "Callers. One entry that matches is enough; all fields of an entry must hold.",
                    someOf(Parts.SOURCE, Parts.MAX_ITEMS))
            .otherwise("Everybody")
            .optional("requestsPerSecond", "Requests of HTTP and calls of gRPC that there may be in a second.", RATE)
            .optional("connectionsPerSecond", "New connections that there may be in a second.", RATE)
            .optional("requestsAtOnce", "Requests of HTTP and calls of gRPC that there may be at the same time.", RATE)
            .optional(
                    "waiting",
                    "How many requests too many at once wait for a place.",
                    new Shape.Whole(1, LimitRule.Waiting.MAX))
            .otherwise("None")
            .optional("wait", "How long each waits, as 500ms.", RouteForms.duration(LimitRule.Waiting.LONGEST, "1m"))
            .otherwise("One second")
            .optional("burst", "How many there may be at once after a pause.", RATE)
            .otherwise("As many as in a second")
            .optional(
                    "per",
                    "Whether each identity has the limit for itself, or all callers have it together.",
                    Shape.lower(LimitRule.Scope.class))
            .otherwise("Each identity")
            .one(ONE, ONE, "requestsPerSecond", "connectionsPerSecond", "requestsAtOnce")
            .rule("!has(self.requestsAtOnce) || !has(self.burst)", "requestsAtOnce has no burst")
            .rule(
                    "(!has(self.waiting) || has(self.requestsAtOnce)) && (!has(self.wait) || has(self.waiting))",
                    "waiting goes with requestsAtOnce, and wait with waiting");

    private static final Shape.Mapping SPEC = mapping()
            .with(Parts.workloads("limits are"))
            .with(Parts.PORTS)
            .required(
                    "limits", "Each of those that match a caller holds by itself.", someOf(LIMIT, RateLimit.MAX_LIMITS))
            .ifMissing("no usable limits (expected: limits with 1 to " + RateLimit.MAX_LIMITS + " entries)");

    static final Kind KIND = Kind.own(
                    "RateLimit",
                    "ratelimits",
                    "How many requests and new connections of whom the workloads of a namespace take.",
                    SPEC,
                    SelectingStatus.definition(
                            "wrl", "limit", List.of(Column.of("Ports", "string", ".spec.ports")), List.of()))
            .example("""
                apiVersion: weft.dev/v1alpha1
                kind: RateLimit
                metadata: {name: orders, namespace: shop}
                spec:
                  workloads: {matchLabels: {app: orders}}
                  limits:
                  - {requestsPerSecond: 50, burst: 100}
                  - {from: [{namespace: play}], connectionsPerSecond: 5, per: all}
                """);

    private RateLimitKind() {}
}
