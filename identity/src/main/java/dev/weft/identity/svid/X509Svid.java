package dev.weft.identity.svid;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.keys.PrivateKeys;
import dev.weft.identity.spiffe.SpiffeId;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A workload's own certificate with its private key. The constructor checks that the key belongs to the certificate, so
 * a mistake shows when it is loaded and not at the first handshake. It does not check whether peers trust the
 * certificate.
 *
 * @param chain the leaf first, then the issuers, without the anchor
 */
public record X509Svid(SpiffeId id, List<X509Certificate> chain, PrivateKey key) {

    /** @throws IllegalArgumentException if chain, identity and key do not belong together */
    public X509Svid {
        requireNonNull(id, "id");
        requireNonNull(key, "key");
        chain = List.copyOf(chain);
        SpiffeId named = identityOf(chain);
        if (!named.equals(id)) {
            throw new IllegalArgumentException("certificate: is for " + named + " (expected: " + id + ")");
        }
        if (!PrivateKeys.matches(key, chain.getFirst().getPublicKey())) {
            throw new IllegalArgumentException("private key of " + id + ": does not belong to the certificate");
        }
    }

    /**
     * Returns the SVID for the identity in the leaf.
     *
     * @throws IllegalArgumentException if the leaf is not an SVID or the key does not belong to it
     */
    public static X509Svid of(List<X509Certificate> chain, PrivateKey key) {
        return new X509Svid(identityOf(chain), chain, key);
    }

    /** Returns the certificate of the workload itself. */
    public X509Certificate leaf() {
        return chain.getFirst();
    }

    private static SpiffeId identityOf(List<X509Certificate> chain) {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("certificate chain: empty (expected: the leaf first)");
        }
        try {
            return SvidProfile.checkLeaf(chain.getFirst());
        } catch (SvidViolationException e) {
            throw new IllegalArgumentException(
                    "certificate: " + e.getMessage() + " (" + e.rule().reference() + ")", e);
        }
    }

    /** Leaves out the key. */
    @Override
    public String toString() {
        return "X509Svid[" + id + ", serial " + leaf().getSerialNumber().toString(16) + ", until "
                + leaf().getNotAfter().toInstant() + "]";
    }
}
