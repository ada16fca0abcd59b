package dev.weft.proxy.mesh;

import java.time.Instant;

/**
 * That what the control plane wants the workload to accept cannot be used. What was in force before may be looser, so no one is
 * admitted until it says something that can.
 *
 * @param version the control plane's version of it
 * @param since when it came
 */
public record PolicyRefusal(String version, String reason, Instant since) {
    /** As logs, statuses and refusals show it. */
    public static final String CODE = "WEFT-D029";

    @Override
    public String toString() {
        return "the control plane's policy of this workload cannot be used, so it admits nobody (" + CODE + "): "
                + reason;
    }
}
