package dev.weft.bench.pairs;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The policies of a mesh. All of them are evaluated for each connection: some allow, some deny, one only audits.
 *
 * @param rules number of rules about requests; 0 if policies are about connections only
 */
record WeftPolicies(int rules) {
    /** Policies about connections only: the port is relayed as bytes. */
    static final WeftPolicies CONNECTIONS = new WeftPolicies(0);

    /** Most entries of one policy. */
    private static final int MOST_ENTRIES = 1_000;

    String text() {
        return rules == 0 ? client("") + OTHERS : client(ASKED) + OTHERS + unasked();
    }

    /** Returns a short text for the description of the pair. */
    String title() {
        return rules == 0
                ? "4 authorization policies"
                : "authorization policies with " + rules + " rules for requests of HTTP";
    }

    private static String client(String to) {
        return """
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: {name: client-may-call, namespace: bench}
            spec:
              workloads: {matchLabels: {app: server}}
              ports: [8080, 8081]
              action: Allow
              from:
              - identity: spiffe://cluster.local/ns/bench/sa/client
            %s---
            """.formatted(to);
    }

    /** One rule for the requested paths, and one for the gRPC method, which is on the other port. */
    private static final String ASKED = """
          to:
          - http: {methods: [GET], paths: [{exact: /1k}, {exact: /64k}, {exact: /bulk}]}
          - grpc: {service: weft.bench.Echo, methods: [Say]}
        """;

    /** Returns the other rules. They are for the same caller and port, and for paths that are never requested. */
    private String unasked() {
        int policies = (rules - 1 + MOST_ENTRIES - 1) / MOST_ENTRIES;
        return IntStream.range(0, policies).mapToObj(this::unasked).collect(Collectors.joining());
    }

    private String unasked(int policy) {
        return """
            ---
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: {name: unasked-%d, namespace: bench}
            spec:
              workloads: {matchLabels: {app: server}}
              ports: [8080, 8081]
              action: Allow
              from:
              - identity: spiffe://cluster.local/ns/bench/sa/client
              to:
            %s\
            """.formatted(
                        policy,
                        IntStream.range(policy * MOST_ENTRIES, Math.min(rules - 1, (policy + 1) * MOST_ENTRIES))
                                .mapToObj(WeftPolicies::entry)
                                .collect(Collectors.joining()));
    }

    private static String entry(int rule) {
        String path = switch (rule % 3) {
            case 0 -> "exact: /rules/" + rule + "/items";
            case 1 -> "prefix: /rules/" + rule;
            default -> "template: \"/rules/" + rule + "/{id}/mail\"";
        };
        return "  - http: {methods: [%s], paths: [{%s}]}%n".formatted(rule % 2 == 0 ? "GET" : "POST", path);
    }

    private static final String OTHERS = """
        apiVersion: weft.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: {name: operators-may-look, namespace: bench}
        spec:
          workloads: {matchLabels: {app: server}}
          ports: [8080, 9090]
          action: Allow
          from:
          - serviceAccount: monitoring/prometheus
          - identityPrefix: spiffe://cluster.local/ns/operators/
        ---
        apiVersion: weft.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: {name: quarantined-may-not, namespace: bench}
        spec:
          action: Deny
          from:
          - namespace: quarantine
          - cidr: 192.0.2.0/24
        ---
        apiVersion: weft.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: {name: batch-is-watched, namespace: bench}
        spec:
          action: Audit
          from:
          - namespace: batch
        """;
}
