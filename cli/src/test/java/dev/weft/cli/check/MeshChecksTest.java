package dev.weft.cli.check;

import static dev.weft.cli.check.Seen.NOW;
import static dev.weft.cli.check.Seen.before;
import static dev.weft.cli.check.Verdicts.assertFailed;
import static dev.weft.cli.check.Verdicts.assertOk;
import static dev.weft.cli.check.Verdicts.assertWarning;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The control plane, the mesh file, the clocks, and a rotation. */
final class MeshChecksTest {

    @Test
    void controlPlane() {
        assertOk(Seen.well().check("control-plane"), "answers in 12 ms");
        assertFailed(Seen.well().controlPlaneSilent().check("control-plane"), "does not answer");
    }

    @Test
    void aMeshWithoutMeshedWorkloadsNeedsNoControlPlane() {
        Report report = Report.of(Seen.well().unmeshed().observation());

        assertThat(report.checks())
                .allSatisfy(line -> assertThat(line.result()).as(line.check()).isEqualTo(Result.OK));
        assertOk(Seen.well().unmeshed().check("control-plane"), "no workload is meshed");
    }

    @Test
    void meshFile() {
        assertOk(Seen.well().check("mesh-file"), "no errors");
        assertFailed(
                Seen.well()
                        .registryErrors("shop.yaml:12: spec.x: unknown field")
                        .check("mesh-file"),
                "shop.yaml:12");
    }

    @Test
    void anObjectThatWouldCutTheMeshOffIsAnErrorOfItsFile() {
        assertFailed(
                Seen.well()
                        .trust(trust -> trust.addRegistryRefusals("shop.yaml:7: Revocation r: WEFT-C089: that is"))
                        .check("mesh-file"),
                "shop.yaml:7: Revocation r: WEFT-C089");
    }

    @Test
    void whatTheControlPlaneFindsWrongIsAnErrorAndIsNamedOnce() {
        String invalid = "the Kubernetes API: RateLimit shop/web: spec.rate: missing";
        Verdict verdict = Seen.well()
                .registryErrors(invalid)
                .trust(trust -> trust.addRegistryErrors(invalid).addRegistryErrors("WEFT-K022: pods"))
                .check("mesh-file");
        assertFailed(verdict, "WEFT-K022: pods");
        assertThat(verdict.about()).containsExactly(invalid, "WEFT-K022: pods");
    }

    @Test
    void clocks() {
        assertOk(Seen.well().check("clocks"), "2 sidecars agree");
        assertOk(Seen.well().apiSays("12:00:05Z", "12:00:00Z").check("clocks"), "agree");
        assertWarning(Seen.well().apiSays("12:00:07Z", "12:00:00Z").check("clocks"), "shop/api is 6s ahead");
        assertFailed(Seen.well().apiSays("11:59:20Z", "12:00:00Z").check("clocks"), "shop/api is 40s behind");
        assertWarning(
                Seen.well()
                        .trust(trust -> trust.setNow(before(Duration.ofSeconds(10))))
                        .check("clocks"),
                "the control plane is 10s behind");
        assertFailed(
                Seen.well()
                        .trust(trust -> trust.setNow(before(Duration.ofMinutes(-5))))
                        .check("clocks"),
                "the control plane is 4m 59s ahead");
    }

    @Test
    void whatIsAskedOfTheClockIsNotHeldAgainstIt() {
        Instant asked = NOW.plusMillis(700);
        var heard = Observation.Reply.answer("x", "y", asked, Duration.ofMillis(100));

        assertThat(heard.skew(asked.plusMillis(50))).isZero();
        assertThat(heard.skew(asked.minusSeconds(1))).isEqualTo(Duration.ofSeconds(1));
        assertThat(heard.skew(asked.plusMillis(1100))).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void rotation() {
        assertOk(Seen.well().check("rotation"), "none runs");
        assertOk(rotating(RotationStep.ROTATION_STEP_DONE, 500, "").check("rotation"), "none runs");
        assertOk(
                rotating(RotationStep.ROTATION_STEP_REISSUE, 60, "").check("rotation"),
                "renew every certificate, 1 of 2, since 1m");
        assertWarning(
                rotating(RotationStep.ROTATION_STEP_REISSUE, 300, "").check("rotation"),
                "shop/api: has not answered since 4m");
        assertWarning(
                rotating(RotationStep.ROTATION_STEP_PREPARE, 300, "").check("rotation"), "waits for its signed issuer");
        assertWarning(
                rotating(RotationStep.ROTATION_STEP_RETIRE, 1, "anchor.pem cannot be written")
                        .check("rotation"),
                "anchor.pem cannot be written");
    }

    private static Seen rotating(RotationStep step, int seconds, String obstacle) {
        return Seen.well()
                .trust(trust -> trust.setRotation(RotationStatus.newBuilder()
                        .setStep(step)
                        .setFinished(step == RotationStep.ROTATION_STEP_DONE)
                        .setDone(1)
                        .setTotal(2)
                        .setObstacle(obstacle)
                        .setStepSince(before(Duration.ofSeconds(seconds)))
                        .addWaitingFor(
                                Awaited.newBuilder().setWorkload("shop/api").setReason("has not answered since 4m"))));
    }
}
