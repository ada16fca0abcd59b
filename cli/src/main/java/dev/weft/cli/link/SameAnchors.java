package dev.weft.cli.link;

import dev.weft.identity.keys.Pem;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares trust anchors to find whether two objects describe the same cluster. Addresses cannot show that: a load
 * balancer may be replaced.
 */
final class SameAnchors {

    private SameAnchors() {}

    /**
     * Whether two texts have an anchor with the same key.
     *
     * @param there anchors of the existing object, PEM; anchors that cannot be read match nothing
     * @param ours anchors of the cluster, PEM
     */
    static boolean anyOf(String there, String ours) {
        try {
            Set<PublicKey> known = keys(there);
            return keys(ours).stream().anyMatch(known::contains);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static Set<PublicKey> keys(String pem) {
        return Pem.decodeCertificates(pem).stream()
                .map(X509Certificate::getPublicKey)
                .collect(Collectors.toSet());
    }
}
