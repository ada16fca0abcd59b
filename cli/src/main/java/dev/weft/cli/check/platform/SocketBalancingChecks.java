package dev.weft.cli.check.platform;

import dev.weft.cli.check.Verdict;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Finds a network plugin that chooses the pod of a Service when a program connects. The sidecar then sees the address
 * of a pod, and does not know that the program called a Service.
 */
final class SocketBalancingChecks {

    static final String NAME = "socket-load-balancer";

    private static final Set<String> REPLACING = Set.of("true", "strict");

    private SocketBalancingChecks() {}

    /** Returns what Cilium's settings mean; empty if they are not there, or may not be read. */
    static Optional<Verdict> cilium(CachedKubectl cluster) throws IOException {
        return cluster.object("configmap", "cilium-config", "kube-system")
                .json()
                .map(map -> map.path("data"))
                .filter(data -> !data.isEmpty())
                .map(SocketBalancingChecks::verdict);
    }

    private static Verdict verdict(JsonNode data) {
        boolean balances =
                REPLACING.contains(data.path("kube-proxy-replacement").asString("")) || isTrue(data, "bpf-lb-sock");
        return !balances || isTrue(data, "bpf-lb-sock-hostns-only")
                ? Verdict.ok("Cilium leaves the choice of a Service's pod to sidecars")
                : Verdict.warning(
                        "Cilium chooses the pod of a Service when a program connects, before the sidecar: routes,"
                                + " retries, zones and the balancing of requests do not apply to calls of a Service's"
                                + " address. Mutual TLS and policies do",
                        "set socketLB.hostNamespaceOnly=true in Cilium's Helm values, and create its agents again",
                        List.of());
    }

    private static boolean isTrue(JsonNode data, String key) {
        return data.path(key).asString("").equals("true");
    }
}
