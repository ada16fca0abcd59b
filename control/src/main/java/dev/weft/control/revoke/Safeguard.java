package dev.weft.control.revoke;

import dev.weft.control.certify.CertificateService;
import dev.weft.control.certify.Refusal;
import dev.weft.control.refusal.RefusedException;
import dev.weft.control.trust.DeclaredTrust;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.IssuingException;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.registry.Snapshot;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps operators from cutting off the mesh with a revocation, and gives revocations an end once they refuse nothing
 * any more.
 */
record Safeguard(OperatorServices parts) {

    private static final Duration TEST_LIFETIME = Duration.ofMinutes(1);

    /** @throws RefusedException if the sidecars would refuse the control plane, or all certificates that it issues */
    void check(Revocation revocation) {
        if (!revocation.trustDomainIn(parts.own()).equals(parts.own())) {
            return;
        }
        if (revocation.target() instanceof Revocation.Target.Identity(SpiffeId id, Instant _)
                && id.equals(parts.controlPlane())) {
            throw new RefusedException(
                    RevocationRefusals.CUTS_OFF,
                    id + " is the control plane itself, and the sidecars would refuse to connect to it",
                    "if its key is stolen, 'weft issuer rotate --emergency'");
        }
        if (!mayConcern(revocation.target())) {
            return;
        }
        Instant now = parts.clock().instant();
        Snapshot alone = Snapshot.EMPTY.withRevocations(Map.of(revocation.name(), revocation));
        TrustBundles bundles = TrustBundles.of(new TrustBundle(
                parts.own(),
                parts.trust().own().anchors(),
                TrustBundle.State.ACTIVE,
                0,
                DeclaredTrust.of(alone, parts.own(), now).revocationsOf(parts.own()),
                List.of()));
        check(
                bundles,
                parts.served().get(),
                now,
                "the control plane's own certificate would be refused, and no sidecar would get updates any more");
        check(bundles, testSvid(now), now, "every certificate of this mesh would be refused");
    }

    /**
     * Whether the target may be a certificate or key that the whole mesh depends on. Most targets are not, and
     * verifying chains for each would cost more than all other work of a revocation.
     */
    private boolean mayConcern(Revocation.Target target) {
        return switch (target) {
            case Revocation.Target.Certificate(SerialNumber serial) ->
                essentialCertificates()
                        .anyMatch(certificate -> SerialNumber.of(certificate).equals(serial));
            case Revocation.Target.Issuer(SpkiFingerprint key) ->
                essentialCertificates()
                        .anyMatch(certificate -> SpkiFingerprint.of(certificate).equals(key));
            case Revocation.Target.Identity _ -> true;
        };
    }

    private Stream<X509Certificate> essentialCertificates() {
        return Stream.of(
                        parts.served().get(),
                        parts.issuer().get().map(Issuer::chain).orElse(List.of()),
                        parts.trust().own().anchors())
                .flatMap(List::stream);
    }

    private static void check(TrustBundles bundles, List<X509Certificate> chain, Instant now, String what) {
        if (!chain.isEmpty()
                && SvidVerifier.verify(chain, bundles, now) instanceof Verification.Rejected rejected
                && Refusal.isRevoked(rejected.rule())) {
            throw new RefusedException(
                    RevocationRefusals.CUTS_OFF,
                    what + " (" + rejected.rule() + ")",
                    "'weft issuer rotate --emergency' replaces the issuer first, "
                            + "'weft trust rotate --emergency' an anchor");
        }
    }

    /**
     * Returns a throw-away SVID of the issuer, whose verification reveals any revoked part of its path. Empty if it
     * cannot sign.
     */
    private List<X509Certificate> testSvid(Instant now) {
        Optional<Issuer> signer = parts.issuer().get();
        if (signer.isEmpty()) {
            return List.of();
        }
        try {
            return signer.get()
                    .issue(
                            KeyPairs.generateP256().getPublic(),
                            new SpiffeId(parts.own(), "/weft/revocation-test"),
                            TEST_LIFETIME,
                            now);
        } catch (IssuingException _) {
            return List.of();
        }
    }

    /** Adds an end to a revocation without one, if it is known when all that it refuses has ended. */
    Revocation withEnd(Revocation revocation) {
        if (revocation.expires().isPresent()
                || !revocation.trustDomainIn(parts.own()).equals(parts.own())) {
            return revocation;
        }
        Optional<Instant> end = switch (revocation.target()) {
            case Revocation.Target.Identity(SpiffeId _, Instant issuedBefore) ->
                Optional.of(later(issuedBefore, parts.clock().instant())
                        .plus(CertificateService.MAX_LEAF_LIFETIME)
                        .plus(TrustAnchors.CLOCK_SKEW));
            case Revocation.Target.Certificate _, Revocation.Target.Issuer _ -> Optional.empty();
        };
        return new Revocation(
                revocation.name(), revocation.trustDomain(), revocation.target(), revocation.reason(), end);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
