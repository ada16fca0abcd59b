package dev.weft.control.rotate;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.identity.trust.SpkiFingerprint;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;

/** Converts rotations into status messages for operators. */
final class RotationStatuses {

    /** Most proxies named in one status; the rest is only counted. */
    static final int MAX_NAMED = 1000;

    private RotationStatuses() {}

    /**
     * Returns the present status.
     *
     * @param goesOnAt when the rotation continues at the latest, if that is known
     * @param csrPem the signing request that waits to be signed; empty if none does
     */
    static RotationStatus of(
            Rotation rotation, Awaiting awaiting, Optional<Instant> goesOnAt, String obstacle, String csrPem) {
        RotationStatus.Builder status = RotationStatus.newBuilder()
                .setId(rotation.id())
                .setKind(kind(rotation.kind()))
                .setEmergency(rotation.emergency())
                .setStep(rotation.step().wire())
                .setDone(awaiting.done())
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
                        rotation.awaitsOutsideIssuer() ? "" : rotation.newKey().hex())
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
        return SpkiFingerprint.of(certificate.getPublicKey()).hex();
    }

    private static RotationKind kind(Rotation.Kind kind) {
        return switch (kind) {
            case ANCHOR -> RotationKind.ROTATION_KIND_ANCHOR;
            case ISSUER -> RotationKind.ROTATION_KIND_ISSUER;
        };
    }
}
