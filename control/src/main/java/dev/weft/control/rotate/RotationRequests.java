package dev.weft.control.rotate;

import dev.weft.api.v1.BeginRotationRequest;
import dev.weft.api.v1.BeginRotationResponse;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.control.refusal.RefusedException;
import dev.weft.control.state.PendingIssuers;
import dev.weft.control.trust.OwnAuthorities;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.trust.SpkiFingerprint;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Checks operators' requests about rotations before anything changes. */
record RotationRequests(RotationParts parts, Rotations rotations, IssuerInstallation installation) {

    BeginRotationResponse begin(BeginRotationRequest request) throws IOException {
        Instant now = parts.clock().instant();
        Optional<X509Certificate> anchor = switch (request.getKind()) {
            case ROTATION_KIND_ANCHOR -> Optional.of(anchor(request.getAnchorPem(), now));
            case ROTATION_KIND_ISSUER -> noAnchor(request.getAnchorPem());
            case ROTATION_KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw badInput("the kind of rotation is missing", "say whether anchor or issuer changes");
        };
        if (parts.issuerDirectory().isPresent()) {
            // Another program makes the issuer: the new anchor comes first, then the issuer under it is awaited.
            if (anchor.isEmpty()) {
                throw keptElsewhere();
            }
            SpkiFingerprint present =
                    SpkiFingerprint.of(parts.issuer().issuer().chain().getFirst());
            return BeginRotationResponse.newBuilder()
                    .setStatus(rotations.begin(newRotation(request, Step.PUBLISH, anchor, present, now)))
                    .build();
        }
        PendingIssuers.Request pending = installation.createRequest();
        RotationStatus status = rotations.begin(newRotation(request, Step.PREPARE, anchor, pending.keySha256(), now));
        return BeginRotationResponse.newBuilder()
                .setStatus(status)
                .setCsrPem(pending.csrPem())
                .build();
    }

    private Rotation newRotation(
            BeginRotationRequest request,
            Step first,
            Optional<X509Certificate> anchor,
            SpkiFingerprint newKey,
            Instant now) {
        return new Rotation(
                UUID.randomUUID().toString(),
                request.getKind() == RotationKind.ROTATION_KIND_ANCHOR ? Rotation.Kind.ANCHOR : Rotation.Kind.ISSUER,
                request.getEmergency(),
                first,
                now,
                now,
                anchor,
                parts.trust().own().anchors(),
                parts.issuer().issuer().chain(),
                newKey,
                List.of(),
                Set.of(),
                Optional.empty(),
                first != Step.PREPARE,
                Map.of());
    }

    RotationStatus supply(String chainPem) throws IOException {
        Rotation rotation = rotations.preparing();
        if (!parts.issuer().issuer().chain().equals(rotation.oldChain())) {
            throw new RefusedException(
                    RotationRefusals.ISSUER_REPLACED,
                    "another issuer is in use than when the rotation began, so that there would be no way back",
                    "roll it " + "back, and begin again");
        }
        OwnAuthorities last = last(rotation);
        List<X509Certificate> chain = IssuerChains.withoutAnchor(chainPem);
        if (IssuerChains.anchorOf(chain, last.anchors()).isEmpty()) {
            throw new RefusedException(
                    RotationRefusals.BAD_ISSUER,
                    "the chain does not end under the "
                            + (rotation.newAnchor().isPresent() ? "new anchor" : "anchors that are published")
                            + ": its last issuer is "
                            + chain.getLast().getIssuerX500Principal().getName(),
                    "sign the request with it");
        }
        SpkiFingerprint given = SpkiFingerprint.of(chain.getFirst());
        if (!given.equals(rotation.newKey())) {
            throw new RefusedException(
                    RotationRefusals.BAD_ISSUER,
                    "the certificate is for the key " + given + ", the rotation's request is for " + rotation.newKey(),
                    "sign that");
        }
        // Must verify with the final anchors, and with both anchors for sidecars that have these in the meantime.
        Issuer issuer = installation.prove(chainPem, "", parts.trust().candidate(last));
        var _ = installation.prove(
                chainPem, "", parts.trust().candidate(parts.trust().own().withAnchors(rotation.bothAnchors())));
        return rotations.supply(issuer.chain());
    }

    /** Returns the authorities that are trusted at the end. */
    private OwnAuthorities last(Rotation rotation) {
        OwnAuthorities own = parts.trust().own();
        if (!rotation.emergency()) {
            return own.withAnchors(rotation.lastAnchors());
        }
        Set<SpkiFingerprint> revoked = new HashSet<>(own.revoked());
        revoked.add(rotation.oldKey());
        rotation.outgoingAnchors().forEach(anchor -> revoked.add(SpkiFingerprint.of(anchor)));
        return own.withAnchors(rotation.lastAnchors()).without(own.tainted(), revoked);
    }

    private X509Certificate anchor(String pem, Instant now) {
        List<X509Certificate> given = IssuerChains.decode(pem, "new anchor");
        X509Certificate anchor = given.getFirst();
        if (given.size() != 1 || anchor.getBasicConstraints() < 0 || !Certificates.isSignedBy(anchor, anchor)) {
            throw badInput(
                    "the new anchor is " + given.size() + " certificates, or none of a self-signed CA",
                    "give the anchor.pem that weft trust init made");
        }
        if (now.isBefore(anchor.getNotBefore().toInstant())
                || !now.isBefore(anchor.getNotAfter().toInstant())) {
            throw badInput(
                    "the new anchor is good from " + anchor.getNotBefore().toInstant() + " to "
                            + anchor.getNotAfter().toInstant() + ", which is not now",
                    "make another");
        }
        SpkiFingerprint key = SpkiFingerprint.of(anchor);
        OwnAuthorities own = parts.trust().own();
        if (own.revoked().contains(key) || own.tainted().contains(key)) {
            throw new RefusedException(
                    RotationRefusals.ANCHOR_REVOKED,
                    "the anchor of key " + key + " was revoked, and nothing below it is trusted again",
                    "make another with " + "weft trust init");
        }
        Optional<X509Certificate> inUse = IssuerChains.anchorOf(
                parts.issuer().issuer().chain(), parts.trust().own().anchors());
        if (inUse.filter(present -> present.getPublicKey().equals(anchor.getPublicKey()))
                .isPresent()) {
            throw badInput(
                    "the new anchor has the key of the one in use",
                    "make another with weft trust init, or change only the " + "issuer with weft issuer rotate");
        }
        return anchor;
    }

    private static Optional<X509Certificate> noAnchor(String anchorPem) {
        if (!anchorPem.isEmpty()) {
            throw badInput(
                    "an anchor was given, and only the issuer changes", "rotate the anchor with weft trust rotate");
        }
        return Optional.empty();
    }

    RefusedException keptElsewhere() {
        return new RefusedException(
                RotationRefusals.KEPT_ELSEWHERE,
                "the issuer is kept in " + parts.issuerDirectory().orElseThrow().path()
                        + ", and what is there is what signs",
                "replace tls.crt and tls.key there (docs/issuer-directory.md)");
    }

    private static RefusedException badInput(String what, String advice) {
        return new RefusedException(RotationRefusals.BAD_INPUT, what, advice);
    }
}
