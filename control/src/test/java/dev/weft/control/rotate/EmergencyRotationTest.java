package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.BeginRotationResponse;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rotations from compromised keys, which are tainted first and revoked at the end. */
final class EmergencyRotationTest {

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

    @Test
    void taintsCompromisedKeysBeforeItRevokesThem() throws Exception {
        X509Svid stolen = Objects.requireNonNull(mesh.api.svid());
        RotationStatus held = mesh.holdAt(Step.REISSUE, true);
        assertThat(mesh.control.show().getAnchorsList())
                .anyMatch(info -> info.getState() == AuthorityState.AUTHORITY_STATE_TAINTED);
        assertThat(FakeProxy.attempt(mesh.control, mesh.api.bundles(), stolen).getCode())
                .as("it gets no certificate by one of the old issuer")
                .isNotEqualTo(Status.Code.OK);
        assertThat(new SvidVerifier(mesh.api.bundles()).verifyEstablished(stolen.chain(), Instant.now()))
                .as("sessions that stand stay")
                .isInstanceOf(Verification.Verified.class);
        assertThat(mesh.control.proxy("web").getConnected())
                .as("the stream by which it hears of it stands")
                .isTrue();
        mesh.web.thaw();
        mesh.awaitStep(RotationStep.ROTATION_STEP_DONE);
        mesh.assertRestsOn(mesh.next, held.getNewIssuerSpkiSha256());
        assertThat(new SvidVerifier(mesh.api.bundles()).verifyEstablished(stolen.chain(), Instant.now()))
                .isInstanceOf(Verification.Rejected.class);
        assertThat(mesh.control.show().getIssuersList())
                .anyMatch(info -> info.getState() == AuthorityState.AUTHORITY_STATE_REVOKED
                        && info.getSpkiSha256().equals(held.getOldIssuerSpkiSha256()));
    }

    @Test
    void revokesACompromisedIssuerAndKeepsItsAnchor() throws Exception {
        BeginRotationResponse begun = mesh.begin(RotationKind.ROTATION_KIND_ISSUER, "", true);
        mesh.supply(Operations.sign(mesh.old, begun.getCsrPem()));
        RotationStatus done = mesh.awaitStep(RotationStep.ROTATION_STEP_DONE);
        mesh.assertRestsOn(mesh.old, done.getNewIssuerSpkiSha256());
        assertThat(mesh.control.show().getIssuersList())
                .anyMatch(info -> info.getState() == AuthorityState.AUTHORITY_STATE_REVOKED);
    }
}
