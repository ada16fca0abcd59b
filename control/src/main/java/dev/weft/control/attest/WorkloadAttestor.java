package dev.weft.control.attest;

/**
 * The platform that workloads run on, which can identify the owner of a workload token. Safe for use by many threads.
 */
@FunctionalInterface
public interface WorkloadAttestor {

    /**
     * Determines the token's owner. Blocks, for seconds at most, and ends early when interrupted.
     *
     * @param token at most {@link AttestationStage#MAX_TOKEN} characters, not verified yet; must not be logged or put
     *     into an exception's message
     */
    Attestation attest(String token) throws InterruptedException;

    /** Called when a workload that has proven its identity gets no certificate. Must not block. */
    default void refused(WorkloadRefusal refusal) {}
}
