package dev.weft.cli.check;

import dev.weft.api.v1.ProxyInfo;
import dev.weft.cli.screen.Human;

/** Checks whether sidecars can do what is asked of them. */
final class CapabilityChecks {

    private CapabilityChecks() {}

    /** Of policies and rate limits. A sidecar of a version that does not say what it can do may be able. */
    static Verdict policies(Observation seen) {
        return MeshChecks.known(seen, trust -> {
            Findings findings = new Findings();
            for (ProxyInfo proxy : trust.getProxiesList()) {
                String who = proxy.getWorkload() + ", version " + proxy.getVersion();
                if (proxy.getRateLimitsBeyondCount() > 0) {
                    findings.warning(who + ": it does not say that it keeps rate limits, and is not told of "
                            + String.join(", ", proxy.getRateLimitsBeyondList()));
                }
                if (proxy.getPoliciesBeyondCount() == 0) {
                    continue;
                }
                String asked = String.join(", ", proxy.getPoliciesBeyondList());
                if (proxy.getCapabilitiesCount() == 0) {
                    findings.warning(who + ": it does not say whether it can judge requests, as asked by " + asked);
                } else {
                    findings.failed(who + ": it cannot judge requests, as asked by " + asked
                            + ", and closes the ports of that policy");
                }
            }
            return findings.verdict(
                    "every sidecar can do what its policies and rate limits ask",
                    findings.count() + " of " + Human.count(trust.getProxiesCount(), "sidecar")
                            + " may be too old for their policies or rate limits",
                    "start these workloads again with a sidecar of the control plane's version");
        });
    }
}
