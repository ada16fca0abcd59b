package dev.weft.proxy.mesh;

import java.time.Instant;

/**
 * Why the control plane's policy of the workload cannot be used. The former policy may allow more, so no peer is
 * admitted until the control plane sends one that can be used.
 *
 * @param version the control plane's version of the policy
 * @param since when it arrived
 */
public record PolicyRefusal(String version, String reason, Instant since) {
    /** Error code in logs, statuses and refusals. */
    public static final String CODE = "WEFT-D029";

    @Override
    public String toString() {
        return "the control plane's policy of this workload cannot be used, so the sidecar admits no connection ("
                + CODE + "): " + reason;
    }
}
