package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Shape.mapping;
import static dev.weft.mesh.kind.Shape.nonEmptyList;

import dev.weft.mesh.kind.Kind.Column;
import dev.weft.policy.limit.LimitRule;
import dev.weft.policy.limit.RateLimit;
import java.util.List;

/** The kind RateLimit. */
final class RateLimitKind {

    private static final String ONE =
            "no usable rate (expected: one of requestsPerSecond, connectionsPerSecond and requestsAtOnce)";
    private static final Shape RATE = new Shape.WholeNumber(1, LimitRule.MAX_RATE);

    private static final Shape.Mapping LIMIT = mapping()
            .optional(
                    "from",
                    "Callers. One entry that matches is enough; all fields of an entry must hold.",
                    nonEmptyList(CommonFields.SOURCE, CommonFields.MAX_ITEMS))
            .defaultText("Everybody")
            .optional("requestsPerSecond", "Requests of HTTP and calls of gRPC that there may be in a second.", RATE)
            .optional("connectionsPerSecond", "New connections that there may be in a second.", RATE)
            .optional("requestsAtOnce", "Requests of HTTP and calls of gRPC that there may be at the same time.", RATE)
            .optional(
                    "waiting",
                    "How many requests too many at once wait for a place.",
                    new Shape.WholeNumber(1, LimitRule.Waiting.MAX))
            .defaultText("None")
            .optional(
                    "wait",
                    "How long each waits, as 500ms.",
                    RouteTextFormats.duration(LimitRule.Waiting.LONGEST, "1m"))
            .defaultText("One second")
            .optional("burst", "How many there may be at once after a pause.", RATE)
            .defaultText("As many as in a second")
            .optional(
                    "per",
                    "Whether each identity has the limit for itself, or all callers have it together.",
                    Shape.lowerCaseWords(LimitRule.Scope.class))
            .defaultText("Each identity")
            .exactlyOneOf(ONE, ONE, "requestsPerSecond", "connectionsPerSecond", "requestsAtOnce")
            .rule("!has(self.requestsAtOnce) || !has(self.burst)", "requestsAtOnce has no burst")
            .rule(
                    "(!has(self.waiting) || has(self.requestsAtOnce)) && (!has(self.wait) || has(self.waiting))",
                    "waiting goes with requestsAtOnce, and wait with waiting");

    private static final Shape.Mapping SPEC = mapping()
            .with(CommonFields.workloads("limits are"))
            .with(CommonFields.PORTS)
            .required(
                    "limits",
                    "Each of those that match a caller holds by itself.",
                    nonEmptyList(LIMIT, RateLimit.MAX_LIMITS))
            .missingMessage("no usable limits (expected: limits with 1 to " + RateLimit.MAX_LIMITS + " entries)");

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
