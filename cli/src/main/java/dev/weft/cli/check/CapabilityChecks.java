package dev.weft.cli.check;

import dev.weft.api.v1.ProxyInfo;
import dev.weft.cli.screen.Human;
import dev.weft.control.watch.Capabilities;

/** Checks whether sidecars can do what is asked of them. */
final class CapabilityChecks {

    private CapabilityChecks() {}

    /** Of policies. A sidecar of a version that does not say what it can do may be able. */
    static Verdict policies(Observation seen) {
        return MeshChecks.known(seen, trust -> {
            Findings findings = new Findings();
            for (ProxyInfo proxy : trust.getProxiesList()) {
                if (proxy.getPoliciesBeyondCount() == 0) {
                    continue;
                }
                String who = proxy.getWorkload() + ", version " + proxy.getVersion();
                String asked = String.join(", ", proxy.getPoliciesBeyondList());
                if (proxy.getCapabilitiesCount() == 0) {
                    findings.warning(who + ": it does not say whether it can judge requests, as asked by " + asked);
                } else {
                    findings.failed(who + ": it cannot judge requests, as asked by " + asked
                            + ", and closes the ports of that policy");
                }
            }
            return findings.verdict(
                    "every sidecar can do what its policies ask",
                    findings.count() + " of " + Human.count(trust.getProxiesCount(), "sidecar")
                            + " may be too old for their policies",
                    "start these workloads again with a sidecar of the control plane's version");
        });
    }

    /** Of routes, where the mesh's files have some: any sidecar may call the Services that they are about. */
    static Verdict routes(Observation seen) {
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
                    "start these workloads again with a sidecar of the control plane's version");
        });
    }
}
