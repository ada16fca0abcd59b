package dev.weft.mesh.model;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import java.time.Instant;
import java.util.Optional;

/**
 * A revocation: it takes trust away from a certificate, an identity or a signing key.
 *
 * @param trustDomain trust domain of the target; empty for the mesh's own
 * @param reason why the target was revoked
 * @param expires time at which the revocation ends; empty for never
 */
public record Revocation(
        String name,
        Optional<TrustDomain> trustDomain,
        Target target,
        Optional<String> reason,
        Optional<Instant> expires) {

    /** Octets of a revocation besides its target: tags, lengths and a timestamp. */
    private static final int ENTRY = 24;

    private static final int SHA256 = 32;

    public Revocation {
        requireNonNull(name, "name");
        requireNonNull(trustDomain, "trustDomain");
        requireNonNull(target, "target");
        requireNonNull(reason, "reason");
        requireNonNull(expires, "expires");
    }

    /** Returns the most octets that the revocation takes in a bundle. */
    public int size() {
        return switch (target) {
            case Target.Certificate(SerialNumber serial) ->
                ENTRY + serial.value().bitLength() / Byte.SIZE + 1;
            case Target.Identity(SpiffeId id, Instant _) ->
                ENTRY + id.toString().length();
            case Target.Issuer _ -> ENTRY + SHA256;
        };
    }

    /** What is revoked. */
    public sealed interface Target {

        /** One certificate with this serial number, of a workload or of an issuer. */
        record Certificate(SerialNumber serialNumber) implements Target {}

        /** All certificates of an identity whose notBefore is earlier than this time. */
        record Identity(SpiffeId id, Instant issuedBefore) implements Target {}

        /** A key that signs certificates, and so all certificates that it signed. */
        record Issuer(SpkiFingerprint key) implements Target {}
    }

    /**
     * Returns the trust domain of the target.
     *
     * @param own the mesh's own trust domain
     */
    public TrustDomain trustDomainIn(TrustDomain own) {
        return trustDomain.orElse(own);
    }

    /** Whether the revocation is in force at this time. */
    public boolean inForce(Instant now) {
        return expires.isEmpty() || now.isBefore(expires.get());
    }
}
