package dev.weft.control.attest;

/** The platform that workloads run on, as far as it can say whose a workload token is. Safe for use by many threads. */
@FunctionalInterface
public interface WorkloadAttestor {

    /**
     * Finds out whose the token is. Blocks, for seconds at most, and ends early when interrupted.
     *
     * @param token at most {@link AttestationStage#MAX_TOKEN} characters, not looked at yet; never to be logged, nor part of an
     *     exception's message
     */
    Attestation attest(String token) throws InterruptedException;

    /** Told of a workload that has proven who it is and gets no certificate all the same. Returns at once. */
    default void refused(WorkloadRefusal refusal) {}
}
