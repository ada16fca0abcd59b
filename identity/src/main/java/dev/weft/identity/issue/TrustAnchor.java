package dev.weft.identity.issue;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.PrivateKeys;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A trust anchor with its private key. The key stays with the operator and never enters a cluster. */
public record TrustAnchor(X509Certificate certificate, PrivateKey key) {

    /**
     * @throws IllegalArgumentException if the certificate is not a CA, its key is not accepted, or certificate and key
     *     do not match
     */
    public TrustAnchor {
        requireNonNull(certificate, "certificate");
        requireNonNull(key, "key");
        if (certificate.getBasicConstraints() < 1) {
            throw new IllegalArgumentException("trust anchor: path length " + certificate.getBasicConstraints()
                    + " (expected: a CA with room for an issuer, path length >= 1 or none)");
        }
        if (!KeyPairs.isAccepted(certificate.getPublicKey())) {
            throw new IllegalArgumentException("trust anchor: key of algorithm "
                    + certificate.getPublicKey().getAlgorithm() + " (expected: P-256 or P-384)");
        }
        if (!PrivateKeys.matches(key, certificate.getPublicKey())) {
            throw new IllegalArgumentException("trust anchor: the private key does not belong to the certificate");
        }
    }

    /** Leaves out the key. */
    @Override
    public String toString() {
        return "TrustAnchor[" + certificate.getSubjectX500Principal() + "]";
    }
}
