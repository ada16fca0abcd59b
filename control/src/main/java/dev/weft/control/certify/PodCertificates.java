package dev.weft.control.certify;

import dev.weft.control.attest.WorkloadClaims;
import java.security.PublicKey;
import java.time.Duration;

/** Issues certificates to pods for which the platform asks itself. Safe for use by many threads. */
public interface PodCertificates {

    /** The kind of proof, in logs and metrics. */
    String PROOF = "pod-certificate";

    /**
     * Signs a certificate for the identity of a pod's service account. Blocks until it is this request's turn.
     *
     * @param pod that the platform vouches for
     * @param key whose holder the platform has made sure of
     * @param longest that the certificate may live from now on; it lives no longer than that of a sidecar
     */
    Outcome certify(WorkloadClaims pod, PublicKey key, Duration longest);
}
