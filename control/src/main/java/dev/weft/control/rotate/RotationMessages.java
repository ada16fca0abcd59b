package dev.weft.control.rotate;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.Renewal;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.identity.trust.SpkiFingerprint;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;

/** Converts rotations into messages: the status for operators, and the renewal that proxies are asked for. */
final class RotationMessages {

    /** Most proxies named in one status; the rest is only counted. */
    static final int MAX_NAMED = 1000;

    private RotationMessages() {}

    /**
     * Returns the present status.
     *
     * @param goesOnAt when the rotation continues at the latest, if that is known
     * @param csrPem the signing request that waits to be signed; empty if none does
     */
    static RotationStatus of(
            Rotation rotation, PendingFollowers awaiting, Optional<Instant> goesOnAt, String obstacle, String csrPem) {
        RotationStatus.Builder status = RotationStatus.newBuilder()
                .setId(rotation.id())
                .setKind(kind(rotation.kind()))
                .setEmergency(rotation.emergency())
                .setStep(rotation.step().wire())
                .setDone(awaiting.followedCount())
                .setTotal(awaiting.total())
                .addAllForcedWithout(rotation.forced().stream().sorted().toList())
                .setObstacle(obstacle)
                .setGoesOnAt(goesOnAt.map(Instant::getEpochSecond).orElse(0L))
                .setCanRollBack(rotation.hasWayBack())
                .setFinished(rotation.finished())
                .setStartedAt(rotation.startedAt().getEpochSecond())
                .setStepSince(rotation.stepSince().getEpochSecond())
                .setFinishedAt(rotation.finished() ? rotation.stepSince().getEpochSecond() : 0)
                .setOldIssuerSpkiSha256(rotation.oldKey().hex())
                .setNewIssuerSpkiSha256(
                        rotation.awaitsExternalIssuer() ? "" : rotation.newKey().hex())
                .setCsrPem(csrPem);
        rotation.plan().forEach(step -> status.addPlan(step.wire()));
        awaiting.missing().stream().limit(MAX_NAMED).forEach(status::addWaitingFor);
        new TreeMap<>(rotation.closedTunnels())
                .forEach((workload, tunnels) -> status.addClosedTunnels(
                        Awaited.newBuilder().setWorkload(workload).setReason(tunnels)));
        for (X509Certificate anchor : rotation.oldAnchors()) {
            status.addOldAnchorSpkiSha256(hex(anchor));
        }
        rotation.newAnchor().ifPresent(anchor -> status.setNewAnchorSpkiSha256(hex(anchor)));
        return status.build();
    }

    private static String hex(X509Certificate certificate) {
        return SpkiFingerprint.of(certificate).hex();
    }

    private static RotationKind kind(Rotation.Kind kind) {
        return switch (kind) {
            case ANCHOR -> RotationKind.ROTATION_KIND_ANCHOR;
            case ISSUER -> RotationKind.ROTATION_KIND_ISSUER;
        };
    }

    /** Returns the message that tells proxies which issuer must sign their certificates; empty if any may. */
    static Optional<Renewal> renewal(Rotation rotation, Duration spread) {
        return rotation.wantedIssuer()
                .map(key -> Renewal.newBuilder()
                        .setIssuerKeySha256(ByteString.copyFrom(key.bytes()))
                        .setSpreadMillis((int) spread.toMillis())
                        .build());
    }
}
