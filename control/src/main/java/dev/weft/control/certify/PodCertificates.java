package dev.weft.control.certify;

import dev.weft.control.attest.WorkloadClaims;
import java.security.PublicKey;
import java.time.Duration;

/** Issues certificates for pods at the platform's request. Safe for use by many threads. */
public interface PodCertificates {

    /** The kind of proof, in logs and metrics. */
    String PROOF = "pod-certificate";

    /**
     * Signs a certificate for the identity of a pod's service account. Blocks until it is this request's turn.
     *
     * @param pod the pod that the platform vouches for
     * @param key public key; the platform has verified that the pod holds the private key
     * @param longest longest remaining lifetime of the certificate; never longer than a sidecar's
     */
    Outcome certify(WorkloadClaims pod, PublicKey key, Duration longest);
}
