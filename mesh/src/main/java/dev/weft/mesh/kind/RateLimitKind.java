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
            .with(CommonFields.from(nonEmptyList(CommonFields.SOURCE, CommonFields.MAX_ITEMS))
                    .defaultText("Every caller"))
            .optional("requestsPerSecond", "Most HTTP requests and gRPC calls in a second.", RATE)
            .optional("connectionsPerSecond", "Most new connections in a second.", RATE)
            .optional("requestsAtOnce", "Most HTTP requests and gRPC calls in progress at the same time.", RATE)
            .optional(
                    "waiting",
                    "Most requests beyond requestsAtOnce that wait for a place.",
                    new Shape.WholeNumber(1, LimitRule.Waiting.MAX))
            .defaultText("None")
            .optional(
                    "wait",
                    "How long a request waits at most, such as 500ms.",
                    RouteTextFormats.duration(LimitRule.Waiting.LONGEST, "1m"))
            .defaultText("One second")
            .optional("burst", "Most requests or connections at once after a pause.", RATE)
            .defaultText("As many as in one second")
            .optional(
                    "per",
                    "Whether each identity has its own limit, or all callers share one limit.",
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
                    "The limits. Every limit that matches a caller applies to it.",
                    nonEmptyList(LIMIT, RateLimit.MAX_LIMITS))
            .missingMessage("no usable limits (expected: limits with 1 to " + RateLimit.MAX_LIMITS + " entries)");

    static final Kind KIND = Kind.own(
                    "RateLimit",
                    "ratelimits",
                    "How many requests and new connections the workloads of a namespace accept, and"
                            + " from which callers.",
                    SPEC,
                    PolicyKinds.definition("wrl", "limit", List.of(Column.text("Ports", ".spec.ports")), List.of()))
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
