package dev.weft.cli.check;

import dev.weft.api.v1.ProxyInfo;
import dev.weft.cli.screen.Human;
import dev.weft.control.watch.Capabilities;
import java.util.List;

/** Checks whether sidecars support what their policies and routes require. */
final class CapabilityChecks {

    /**
     * Prefixes of the control plane's names for what governs calls to outside: policies, and namespaces that deny them.
     */
    private static final List<String> EGRESS = List.of("EgressPolicy ", "Namespace ");

    private CapabilityChecks() {}

    /**
     * Checks policies and rate limits. A sidecar of a version that does not report its capabilities may support them.
     */
    static Verdict policies(Observation seen) {
        return MeshChecks.known(seen, trust -> {
            Findings findings = new Findings();
            for (ProxyInfo proxy : trust.getProxiesList()) {
                String who = proxy.getWorkload() + ", version " + proxy.getVersion();
                if (proxy.getRateLimitsBeyondCount() > 0) {
                    findings.warning(who + ": it does not say that it supports rate limits, and does not get "
                            + String.join(", ", proxy.getRateLimitsBeyondList()));
                }
                if (proxy.getPoliciesBeyondCount() == 0) {
                    continue;
                }
                List<String> egress = proxy.getPoliciesBeyondList().stream()
                        .filter(CapabilityChecks::isEgress)
                        .toList();
                List<String> requests = proxy.getPoliciesBeyondList().stream()
                        .filter(policy -> !isEgress(policy))
                        .toList();
                if (!egress.isEmpty()) {
                    findings.failed(who + ": it cannot restrict calls outside of the mesh, as required by "
                            + String.join(", ", egress) + ", and admits no caller as long as this applies");
                }
                if (!requests.isEmpty()) {
                    requests(findings, proxy, who, String.join(", ", requests));
                }
            }
            return findings.verdict(
                    "every sidecar can do what its policies and rate limits require",
                    findings.count() + " of " + Human.count(trust.getProxiesCount(), "sidecar")
                            + " may be too old for their policies or rate limits",
                    "restart these workloads with a sidecar of the control plane's version");
        });
    }

    private static boolean isEgress(String policy) {
        return EGRESS.stream().anyMatch(policy::startsWith);
    }

    private static void requests(Findings findings, ProxyInfo proxy, String who, String asked) {
        if (proxy.getCapabilitiesCount() == 0) {
            findings.warning(who + ": it does not say whether it can judge requests, as required by " + asked);
        } else {
            findings.failed(who + ": it cannot judge requests, as required by " + asked
                    + ", and closes the ports of that policy");
        }
    }

    /** Checks routes, if the mesh's files have some: any sidecar may call the Services that have routes. */
    static Verdict routes(Observation seen) {
        if (seen.files().isEmpty() && !seen.unmeshed()) {
            return Verdict.ok("there is no mesh file: in a cluster the status of each route says whether it is obeyed");
        }
        return MeshChecks.known(seen, trust -> {
            Findings findings = new Findings();
            boolean routed = seen.files().stream()
                    .anyMatch(file -> !file.objects().routes().isEmpty());
            for (ProxyInfo proxy : trust.getProxiesList()) {
                if (routed && !proxy.getCapabilitiesList().contains(Capabilities.ROUTES)) {
                    findings.warning(proxy.getWorkload() + ", version " + proxy.getVersion()
                            + ": it does not obey routes, and sends requests to any endpoint of a Service");
                }
            }
            return findings.verdict(
                    routed ? "every sidecar obeys routes" : "the mesh's files have no routes",
                    findings.count() + " of " + Human.count(trust.getProxiesCount(), "sidecar")
                            + " does not obey routes",
                    "restart these workloads with a sidecar of the control plane's version");
        });
    }
}
