package dev.weft.control.attest;

import static java.util.Objects.requireNonNull;

/**
 * Why a workload that has proven who it is gets no certificate.
 *
 * @param code {@code WEFT-C…}
 * @param reason as the workload is told; no secret is in it
 * @param temporary whether the workload was told to come again
 */
public record WorkloadRefusal(WorkloadClaims workload, String code, String reason, boolean temporary) {
    public WorkloadRefusal {
        requireNonNull(workload, "workload");
        requireNonNull(code, "code");
        requireNonNull(reason, "reason");
    }
}
