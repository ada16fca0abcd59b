package dev.weft.control.rotate;

import static dev.weft.control.rotate.RotatedMesh.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.BeginRotationResponse;
import dev.weft.api.v1.RollBackRotationRequest;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.identity.issue.Issuer;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From which step a rotation can be taken back, and what it comes back to. */
final class RotationWayBackTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private RotatedMesh mesh;

    @BeforeEach
    void start() throws Exception {
        mesh = new RotatedMesh(directory);
    }

    @AfterEach
    void stop() {
        mesh.close();
    }

    @ParameterizedTest
    @CsvSource({"PUBLISH, false", "REISSUE, false", "PUBLISH, true"})
    void rollsBackFromEachStepThatHasAWayBack(Step step, boolean emergency) throws Exception {
        RotationStatus held = mesh.holdAt(step, emergency);
        assertThat(held.getCanRollBack()).isTrue();
        mesh.control.operator().rollBackRotation(RollBackRotationRequest.getDefaultInstance());
        mesh.web.thaw();
        RotationStatus back = mesh.awaitStep(RotationStep.ROTATION_STEP_ROLLED_BACK);
        assertThat(back.getPlanList()).endsWith(RotationStep.ROTATION_STEP_WITHDRAW, back.getStep());
        mesh.assertRestsOn(mesh.old, back.getOldIssuerSpkiSha256());
        assertThat(mesh.control.show().getIssuersList())
                .as("nothing of the attempt is left")
                .hasSize(1);
    }

    @Test
    void rollsBackWhatHasOnlyBeenPrepared() throws Exception {
        mesh.beginAnchor(false);
        assertThat(mesh.control
                        .operator()
                        .rollBackRotation(RollBackRotationRequest.getDefaultInstance())
                        .getStep())
                .isEqualTo(RotationStep.ROTATION_STEP_ROLLED_BACK);
        assertThat(Operations.waits(mesh.control.state)).isFalse();
        refused(mesh::rollBack, Status.Code.NOT_FOUND, "WEFT-C045", "no rotation runs");
    }

    /** Whatever was put into the files: the way back leads to what was in use when it began. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rollsBackAlthoughIssuerPemWasReplacedByHandMeanwhile(boolean restart) throws Exception {
        RotationStatus held = mesh.holdAt(Step.PUBLISH, false);
        Issuer other = Issuer.createUnder(mesh.next, Operations.DOMAIN, Duration.ofDays(1), Instant.now());
        Operations.lay(mesh.control.state, other, Operations.pem(mesh.old) + Operations.pem(mesh.next));
        if (restart) {
            mesh.control.close();
            mesh.restart(RotatedMesh.AT_ONCE); // nobody is connected then, and the files are taken as they are
        } else {
            mesh.control.plane.reload();
        }
        mesh.rollBack();
        mesh.web.thaw();
        mesh.awaitStep(RotationStep.ROTATION_STEP_ROLLED_BACK);
        mesh.assertRestsOn(mesh.old, held.getOldIssuerSpkiSha256());
    }

    @Test
    void takesNoIssuerForARotationThatHasNoWayBackAnyMore() throws Exception {
        BeginRotationResponse begun = mesh.beginAnchor(false);
        Issuer other = Issuer.createUnder(mesh.old, Operations.DOMAIN, Duration.ofDays(1), Instant.now());
        Operations.lay(mesh.control.state, other, Operations.pem(mesh.old));
        mesh.control.plane.reload();
        refused(
                () -> mesh.supply(Operations.sign(mesh.next, begun.getCsrPem())),
                Status.Code.FAILED_PRECONDITION,
                "WEFT-C112",
                "begin again");
        mesh.rollBack();
        assertThat(mesh.status().getStep()).isEqualTo(RotationStep.ROTATION_STEP_ROLLED_BACK);
    }

    @Test
    void doesNotRollBackOnceWhatWasIsTakenAway() throws Exception {
        RotationStatus held = mesh.holdAt(Step.RETIRE, false);
        assertThat(held.getCanRollBack()).isFalse();
        refused(mesh::rollBack, Status.Code.FAILED_PRECONDITION, "WEFT-C046", "rotate again");
    }

    @Test
    void doesNotRollBackToKeysThatAreTainted() throws Exception {
        assertThat(mesh.holdAt(Step.REISSUE, true).getCanRollBack()).isFalse();
        refused(mesh::rollBack, Status.Code.FAILED_PRECONDITION, "WEFT-C046", "rotate again");
    }
}
