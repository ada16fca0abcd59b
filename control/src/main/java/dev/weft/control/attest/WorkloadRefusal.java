package dev.weft.control.attest;

/**
 * Why a workload that has proven its identity is refused a certificate.
 *
 * @param code {@code WEFT-C…}
 * @param reason the reason that the workload got; contains no secret
 * @param temporary whether the workload was asked to try again
 */
public record WorkloadRefusal(WorkloadClaims workload, String code, String reason, boolean temporary) {}
