package dev.weft.files.yaml;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.mesh.model.Revocation;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of a Revocation. */
final class RevocationReader {

    private RevocationReader() {}

    /** Empty if it cannot be used, which is reported. */
    static Optional<Revocation> read(String name, Fields spec) {
        List<Optional<Revocation.Target>> targets = Stream.of(
                        spec.mapping("certificate", RevocationReader::certificate),
                        spec.mapping("identity", RevocationReader::identity),
                        spec.mapping("issuer", RevocationReader::issuer))
                .filter(Objects::nonNull)
                .toList();
        if (targets.size() != 1) {
            spec.problem(targets.size() + " things to revoke (expected: one of certificate, identity, issuer)");
        }
        Optional<Revocation.Target> target = targets.size() == 1 ? targets.getFirst() : Optional.empty();
        Optional<TrustDomain> trustDomain = trustDomain(spec, target);
        Optional<String> reason = Optional.ofNullable(spec.text("reason", Syntax::reason));
        Optional<Instant> expires =
                Optional.ofNullable(spec.text("expires", Syntax::time)).map(Instant::parse);
        return target.map(revoked -> new Revocation(name, trustDomain, revoked, reason, expires));
    }

    /** An identity has its trust domain in its name. */
    private static Optional<TrustDomain> trustDomain(Fields spec, Optional<Revocation.Target> target) {
        Optional<TrustDomain> said = Optional.ofNullable(spec.text("trustDomain", Syntax::trustDomain))
                .map(TrustDomain::parse);
        if (target.isPresent() && target.get() instanceof Revocation.Target.Identity(SpiffeId id, Instant _)) {
            if (said.isPresent() && !said.get().equals(id.trustDomain())) {
                spec.problem(
                        null,
                        "trustDomain",
                        said.get() + " (expected: that of the identity, " + id.trustDomain() + ")");
            }
            return Optional.of(id.trustDomain());
        }
        return said;
    }

    private static Optional<Revocation.Target> certificate(Fields fields) {
        return present(fields.requiredText("serialNumber", Syntax::serialNumber))
                .map(hex -> new Revocation.Target.Certificate(new SerialNumber(new BigInteger(hex, 16))));
    }

    private static Optional<Revocation.Target> identity(Fields fields) {
        Optional<String> id = present(fields.requiredText("spiffeId", Syntax::spiffeId));
        Optional<String> issuedBefore = present(fields.requiredText("issuedBefore", Syntax::time));
        return id.isEmpty() || issuedBefore.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Revocation.Target.Identity(SpiffeId.parse(id.get()), Instant.parse(issuedBefore.get())));
    }

    private static Optional<Revocation.Target> issuer(Fields fields) {
        return present(fields.requiredText("keySha256", Syntax::sha256))
                .map(hex -> new Revocation.Target.Issuer(new SpkiFingerprint(hex.toLowerCase(Locale.ROOT))));
    }

    /** What was wrong is read as empty. */
    private static Optional<String> present(@Nullable String text) {
        return text == null || text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
