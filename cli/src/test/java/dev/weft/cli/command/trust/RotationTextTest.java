package dev.weft.cli.command.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.cli.command.Printed;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.local.state.MeshName;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RotationTextTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static List<String> lines(RotationStatus.Builder rotation) {
        return new RotationText(new Printed().screen(), MeshRef.local(new MeshName("m")), 3)
                .lines(
                        rotation.setKind(RotationKind.ROTATION_KIND_ANCHOR)
                                .setStep(RotationStep.ROTATION_STEP_RETIRE)
                                .setStepSince(NOW.getEpochSecond() - 3)
                                .addPlan(RotationStep.ROTATION_STEP_RETIRE)
                                .setTotal(3)
                                .build(),
                        NOW,
                        "*");
    }

    @Test
    void countsDownWhatItWaitsForWhenEverybodyHasFollowed() {
        assertThat(lines(RotationStatus.newBuilder()
                        .setDone(3)
                        .setGoesOnAt(NOW.getEpochSecond() + 7)
                        .setObstacle("it leaves standing tunnels time to follow, until 2026-03-01T12:00:07Z")))
                .containsExactly(
                        "rotation of the trust anchor of mesh m",
                        "  * retire the old anchor  3 of 3 sidecars, 7s more",
                        "      it leaves standing tunnels time to follow, until 2026-03-01T12:00:07Z");
    }

    @Test
    void saysThatConfigMapsCountTooWhereOneIsWaitedFor() {
        assertThat(lines(RotationStatus.newBuilder()
                        .setDone(2)
                        .addWaitingFor(Awaited.newBuilder()
                                .setWorkload("configmap/shop/weft-trust")
                                .setReason("WEFT-K024: exceeded quota"))))
                .anyMatch(line -> line.contains("2 of 3 sidecars and ConfigMaps  3s"))
                .contains("      configmap/shop/weft-trust  WEFT-K024: exceeded quota");
    }

    @Test
    void showsHowFarItIsAndWhatStandsInTheWay() {
        assertThat(lines(RotationStatus.newBuilder().setDone(2).setObstacle("the disk is full, until somebody looks")))
                .contains("  * retire the old anchor  █████████████░░░░░░░  2 of 3 sidecars  3s")
                .contains("      the disk is full, until somebody looks");
    }
}
