package dev.weft.control.rotate;

import static dev.weft.control.rotate.RotatedMesh.AT_ONCE;
import static dev.weft.control.rotate.RotatedMesh.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.BeginRotationResponse;
import dev.weft.api.v1.CreateIssuerRequestRequest;
import dev.weft.api.v1.ForceWithoutRequest;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.api.v1.WatchRotationRequest;
import dev.weft.files.state.SealedFile;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rotations of a control plane step by step: what they wait for, what they go on without, and what they refuse. */
final class RotationTest {

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
    void rotatesTheAnchorAndRefusesTheOldOneAfterwards() throws Exception {
        X509Svid before = Objects.requireNonNull(mesh.web.svid());
        BeginRotationResponse begun = mesh.beginAnchor(false);
        assertThat(begun.getStatus().getStep()).isEqualTo(RotationStep.ROTATION_STEP_PREPARE);
        assertThat(mesh.control.show().getAnchorsList())
                .as("nothing is published yet")
                .hasSize(1);
        mesh.supply(Operations.sign(mesh.next, begun.getCsrPem()));
        RotationStatus done = mesh.awaitStep(RotationStep.ROTATION_STEP_DONE);
        assertThat(done.getFinished()).isTrue();
        assertThat(done.getCanRollBack()).isFalse();
        assertThat(done.getPlanList())
                .containsExactly(
                        RotationStep.ROTATION_STEP_PREPARE,
                        RotationStep.ROTATION_STEP_PUBLISH,
                        RotationStep.ROTATION_STEP_ISSUE,
                        RotationStep.ROTATION_STEP_REISSUE,
                        RotationStep.ROTATION_STEP_RETIRE,
                        RotationStep.ROTATION_STEP_DONE);
        mesh.assertRestsOn(mesh.next, done.getNewIssuerSpkiSha256());
        assertThat(SvidVerifier.verify(before.chain(), mesh.web.bundles(), Instant.now()))
                .isInstanceOf(Verification.Rejected.class);
        assertThat(FakeProxy.attempt(mesh.control, mesh.web.bundles(), before).getCode())
                .isNotEqualTo(Status.Code.OK);
        assertThat(FakeProxy.attempt(mesh.control, mesh.web.bundles(), Objects.requireNonNull(mesh.web.svid()))
                        .isOk())
                .isTrue();
        assertThat(Files.exists(mesh.control.state.resolve("former-issuer.json")))
                .isFalse();
        assertThat(Operations.waits(mesh.control.state)).isFalse();
    }

    @Test
    void rotatesTheIssuerUnderTheSameAnchor() throws Exception {
        BeginRotationResponse begun = mesh.begin(RotationKind.ROTATION_KIND_ISSUER, "", false);
        mesh.supply(Operations.sign(mesh.old, begun.getCsrPem()));
        RotationStatus done = mesh.awaitStep(RotationStep.ROTATION_STEP_DONE);
        assertThat(done.getPlanList()).doesNotContain(RotationStep.ROTATION_STEP_RETIRE);
        mesh.assertRestsOn(mesh.old, done.getNewIssuerSpkiSha256());
        assertThat(mesh.control.show().getIssuersList())
                .anyMatch(info -> info.getState() == AuthorityState.AUTHORITY_STATE_RETIRING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUBLISH", "REISSUE", "RETIRE"})
    void waitsForAProxyThatDoesNotFollowAndNamesIt(String step) throws Exception {
        RotationStatus waiting = mesh.holdAt(Step.valueOf(step), false);
        assertThat(waiting.getWaitingForList()).extracting(Awaited::getWorkload).containsExactly("shop/web");
        assertThat(waiting.getWaitingFor(0).getReason()).isNotEmpty();
        assertThat(waiting.getDone()).isEqualTo(1);
        assertThat(waiting.getTotal()).isEqualTo(2);
        mesh.control
                .operator()
                .forceWithout(ForceWithoutRequest.newBuilder()
                        .addWorkloads("shop/web")
                        .build());
        RotationStatus done = mesh.awaitStep(RotationStep.ROTATION_STEP_DONE);
        assertThat(done.getForcedWithoutList()).containsExactly("shop/web");
    }

    @Test
    void goesOnWithoutThoseOnlyThatItWaitsFor() throws Exception {
        mesh.holdAt(Step.PUBLISH, false);
        refused(
                () -> mesh.control
                        .operator()
                        .forceWithout(ForceWithoutRequest.newBuilder()
                                .addWorkloads("shop/api")
                                .build()),
                Status.Code.NOT_FOUND,
                "WEFT-C045",
                "shop/web");
        refused(
                () -> mesh.control.operator().forceWithout(ForceWithoutRequest.getDefaultInstance()),
                Status.Code.NOT_FOUND,
                "WEFT-C045",
                "no proxy is named");
    }

    /** A process that died left the step written down, and its work undone, half done or done. */
    @ParameterizedTest
    @CsvSource({
        "PUBLISH, PUBLISH, false",
        "PUBLISH, ISSUE, false",
        "REISSUE, ISSUE, false",
        "REISSUE, REISSUE, false",
        "RETIRE, RETIRE, false",
        "RETIRE, DONE, false",
        "REISSUE, TAINT, true",
        "RETIRE, RETIRE, true",
    })
    void goesOnAfterARestartAtEachStep(Step held, Step left, boolean emergency) throws Exception {
        mesh.holdAt(held, emergency);
        mesh.control.close();
        Path file = mesh.control.state.resolve("rotation.json");
        Files.writeString(
                file,
                SealedFile.seal(SealedFile.unseal(file, Files.readString(file))
                        .replace(
                                "\"step\":\"" + held.name().toLowerCase(java.util.Locale.ROOT) + "\"",
                                "\"step\":\"" + left.name().toLowerCase(java.util.Locale.ROOT) + "\"")));
        mesh.restart(AT_ONCE);
        mesh.web.thaw();
        RotationStatus done = mesh.awaitStep(RotationStep.ROTATION_STEP_DONE);
        mesh.assertRestsOn(mesh.next, done.getNewIssuerSpkiSha256());
    }

    @Test
    void waitsForItsIssuerAlsoAfterARestart() throws Exception {
        BeginRotationResponse begun = mesh.beginAnchor(false);
        mesh.control.close();
        mesh.restart(AT_ONCE);
        assertThat(mesh.status().getCsrPem()).isEqualTo(begun.getCsrPem());
        mesh.supply(Operations.sign(mesh.next, mesh.status().getCsrPem()));
        RotationStatus done = mesh.awaitStep(RotationStep.ROTATION_STEP_DONE);
        assertThat(done.getCsrPem()).isEmpty();
        mesh.assertRestsOn(mesh.next, done.getNewIssuerSpkiSha256());
    }

    @Test
    void leavesFederatedTrustDomainsTheirTime() throws Exception {
        mesh.control.close();
        mesh.restart(AT_ONCE.withFederationGrace(() -> Duration.ofMinutes(5)));
        mesh.awaitLeaves();
        mesh.supply(Operations.sign(mesh.next, mesh.beginAnchor(false).getCsrPem()));
        TestControl.eventually(() -> assertThat(mesh.status().getObstacle())
                .contains("other trust domains")
                .contains("until"));
        assertThat(mesh.status().getWaitingForList()).isEmpty();
        assertThat(mesh.status().getStep()).isEqualTo(RotationStep.ROTATION_STEP_PUBLISH);
    }

    @Test
    void followsARotationToItsEnd() throws Exception {
        refused(
                () -> mesh.control
                        .operator()
                        .watchRotation(WatchRotationRequest.getDefaultInstance())
                        .next(),
                Status.Code.NOT_FOUND,
                "WEFT-C045",
                "no rotation");
        BeginRotationResponse begun = mesh.beginAnchor(false);
        var statuses = mesh.control.operator().watchRotation(WatchRotationRequest.getDefaultInstance());
        assertThat(statuses.next().getStep()).isEqualTo(RotationStep.ROTATION_STEP_PREPARE);
        mesh.supply(Operations.sign(mesh.next, begun.getCsrPem()));
        RotationStatus last = statuses.next();
        while (statuses.hasNext()) {
            last = statuses.next();
        }
        assertThat(last.getStep()).isEqualTo(RotationStep.ROTATION_STEP_DONE);
    }

    @Test
    void runsOneAtATime() throws Exception {
        mesh.beginAnchor(false);
        refused(() -> mesh.beginAnchor(false), Status.Code.FAILED_PRECONDITION, "WEFT-C044", "roll it back");
        refused(
                () -> mesh.control.operator().createIssuerRequest(CreateIssuerRequestRequest.getDefaultInstance()),
                Status.Code.FAILED_PRECONDITION,
                "WEFT-C044",
                "roll it back");
    }

    @Test
    void refusesAnIssuerThatIsNotUnderTheNewAnchor() throws Exception {
        BeginRotationResponse begun = mesh.beginAnchor(false);
        refused(
                () -> mesh.supply(Operations.sign(mesh.old, begun.getCsrPem())),
                Status.Code.INVALID_ARGUMENT,
                "WEFT-C041",
                "new anchor");
        assertThat(mesh.status().getStep()).isEqualTo(RotationStep.ROTATION_STEP_PREPARE);
        mesh.supply(Operations.sign(mesh.next, begun.getCsrPem()));
        refused(
                () -> mesh.supply(Operations.sign(mesh.next, begun.getCsrPem())),
                mesh.awaitStep(RotationStep.ROTATION_STEP_DONE).getFinished()
                        ? Status.Code.NOT_FOUND
                        : Status.Code.FAILED_PRECONDITION,
                "WEFT-C04",
                "rotation");
    }

    @Test
    void refusesAnchorsThatCannotBeRotatedTo() {
        refused(() -> mesh.begin(RotationKind.ROTATION_KIND_ANCHOR, "hello", false), "WEFT-C040", "cannot be read");
        refused(
                () -> mesh.begin(
                        RotationKind.ROTATION_KIND_ANCHOR, Operations.pem(mesh.next) + Operations.pem(mesh.old), false),
                "WEFT-C040",
                "2 certificates");
        refused(
                () -> mesh.begin(RotationKind.ROTATION_KIND_ANCHOR, Operations.pem(mesh.old), false),
                "WEFT-C040",
                "in use");
        refused(
                () -> mesh.begin(RotationKind.ROTATION_KIND_ISSUER, Operations.pem(mesh.next), false),
                "WEFT-C040",
                "anchor");
        refused(
                () -> mesh.begin(RotationKind.ROTATION_KIND_UNSPECIFIED, Operations.pem(mesh.next), false),
                "WEFT-C040",
                "kind of rotation");
    }
}
