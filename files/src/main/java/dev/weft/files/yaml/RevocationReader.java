package dev.weft.files.yaml;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.Revocation.Target;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of a Revocation. */
final class RevocationReader {

    private static final int HEX = 16;

    private RevocationReader() {}

    /** Returns null if the revocation cannot be used, which is reported. */
    static @Nullable Revocation read(String name, Fields spec) {
        Optional<Target> target = Stream.<Target>of(
                        spec.mapping("certificate", RevocationReader::certificate),
                        spec.mapping("identity", RevocationReader::identity),
                        spec.mapping("issuer", RevocationReader::issuer))
                .filter(Objects::nonNull)
                .findFirst();
        return target.map(revoked -> new Revocation(
                        name,
                        trustDomain(spec, revoked),
                        revoked,
                        Optional.ofNullable(spec.text("reason")),
                        Optional.ofNullable(spec.text("expires", Instant::parse))))
                .orElse(null);
    }

    /** Returns the trust domain of the target. For an identity it is part of the SPIFFE ID. */
    private static Optional<TrustDomain> trustDomain(Fields spec, Target target) {
        Optional<TrustDomain> given = Optional.ofNullable(spec.text("trustDomain", TrustDomain::parse));
        if (target instanceof Target.Identity(SpiffeId id, Instant _)) {
            if (given.isPresent() && !given.get().equals(id.trustDomain())) {
                spec.problem(
                        "trustDomain", given.get() + " (expected: that of the identity, " + id.trustDomain() + ")");
            }
            return Optional.of(id.trustDomain());
        }
        return given;
    }

    private static @Nullable Target certificate(Fields fields) {
        return fields.text("serialNumber", hex -> new Target.Certificate(new SerialNumber(new BigInteger(hex, HEX))));
    }

    private static @Nullable Target identity(Fields fields) {
        SpiffeId id = fields.text("spiffeId", SpiffeId::parse);
        Instant issuedBefore = fields.text("issuedBefore", Instant::parse);
        return id == null || issuedBefore == null ? null : new Target.Identity(id, issuedBefore);
    }

    private static @Nullable Target issuer(Fields fields) {
        return fields.text("keySha256", hex -> new Target.Issuer(new SpkiFingerprint(hex.toLowerCase(Locale.ROOT))));
    }
}
