package dev.weft.mesh.model;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that is no longer trusted.
 *
 * @param trustDomain whose it is; empty for the mesh's own
 * @param reason why
 * @param expires from when on it does not count any more
 */
public record Revocation(
        String name,
        Optional<TrustDomain> trustDomain,
        Target target,
        Optional<String> reason,
        Optional<Instant> expires) {

    /** Tags, lengths and a moment. */
    private static final int ENTRY = 24;

    private static final int SHA256 = 32;

    public Revocation {
        requireNonNull(name, "name");
        requireNonNull(trustDomain, "trustDomain");
        requireNonNull(target, "target");
        requireNonNull(reason, "reason");
        requireNonNull(expires, "expires");
    }

    /** Octets that it takes in a bundle, at most. */
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

        /** One certificate, of a workload or of an issuer. */
        record Certificate(SerialNumber serialNumber) implements Target {}

        /** The certificates of an identity whose notBefore is earlier. */
        record Identity(SpiffeId id, Instant issuedBefore) implements Target {}

        /** A key that signs certificates. */
        record Issuer(SpkiFingerprint key) implements Target {}
    }

    /** Whose trust domain it is, in a mesh of this one. */
    public TrustDomain trustDomainIn(TrustDomain own) {
        return trustDomain.orElse(own);
    }

    /** Whether it counts at this moment. */
    public boolean inForce(Instant now) {
        return expires.isEmpty() || now.isBefore(expires.get());
    }
}
