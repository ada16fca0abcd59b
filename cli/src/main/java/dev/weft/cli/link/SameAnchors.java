package dev.weft.cli.link;

import dev.weft.identity.keys.Pem;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells by anchors whether two objects are about the same cluster. Addresses do not tell: a load balancer may be replaced. */
final class SameAnchors {

    private SameAnchors() {}

    /**
     * Whether two texts have the key of an anchor in common.
     *
     * @param there PEM; what cannot be read has nothing in common with anything
     * @param ours PEM
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
