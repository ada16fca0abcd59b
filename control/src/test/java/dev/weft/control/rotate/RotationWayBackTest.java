package dev.weft.control.rotate;

import static dev.weft.control.rotate.RotatedMesh.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.RollBackRotationRequest;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        assertThat(Files.exists(mesh.control.state.resolve("pending/issuer-key.pem")))
                .isFalse();
        refused(mesh::rollBack, Status.Code.NOT_FOUND, "WEFT-C045", "no rotation runs");
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
