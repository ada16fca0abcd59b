package dev.weft.control.rotate;

import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import java.security.cert.X509Certificate;

/** Rotations as operators see them. */
final class RotationStatuses {

    /** Proxies named in one status; those beyond are only counted. */
    static final int MAX_NAMED = 1000;

    private RotationStatuses() {}

    /** @param csrPem the request that waits to be signed; empty when none does */
    static RotationStatus of(Rotation rotation, Awaiting awaiting, String obstacle, String csrPem) {
        RotationStatus.Builder status = RotationStatus.newBuilder()
                .setId(rotation.id())
                .setKind(kind(rotation.kind()))
                .setEmergency(rotation.emergency())
                .setStep(rotation.step().wire())
                .setDone(awaiting.done())
                .setTotal(awaiting.total())
                .addAllForcedWithout(rotation.forced().stream().sorted().toList())
                .setObstacle(obstacle)
                .setCanRollBack(rotation.hasWayBack())
                .setFinished(rotation.finished())
                .setStartedAt(rotation.startedAt().getEpochSecond())
                .setStepSince(rotation.stepSince().getEpochSecond())
                .setFinishedAt(rotation.finished() ? rotation.stepSince().getEpochSecond() : 0)
                .setOldIssuerSpkiSha256(rotation.oldKey().hex())
                .setNewIssuerSpkiSha256(rotation.newKey().hex())
                .setCsrPem(csrPem);
        rotation.plan().forEach(step -> status.addPlan(step.wire()));
        awaiting.missing().stream().limit(MAX_NAMED).forEach(status::addWaitingFor);
        for (X509Certificate anchor : rotation.oldAnchors()) {
            status.addOldAnchorSpkiSha256(Rotations.hex(anchor));
        }
        rotation.newAnchor().ifPresent(anchor -> status.setNewAnchorSpkiSha256(Rotations.hex(anchor)));
        return status.build();
    }

    private static RotationKind kind(Rotation.Kind kind) {
        return switch (kind) {
            case ANCHOR -> RotationKind.ROTATION_KIND_ANCHOR;
            case ISSUER -> RotationKind.ROTATION_KIND_ISSUER;
        };
    }
}
