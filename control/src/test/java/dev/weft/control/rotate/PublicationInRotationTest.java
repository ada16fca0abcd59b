package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.BeginRotationRequest;
import dev.weft.api.v1.ForceWithoutRequest;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStep;
import dev.weft.api.v1.SupplyIssuerRequest;
import dev.weft.control.TestPlanes;
import dev.weft.control.token.JoinTokens;
import dev.weft.control.trust.UnpublishedAnchors;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.testing.MovedClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rotations, while pods that start in a namespace would still find the former anchors alone. */
final class PublicationInRotationTest {

    private static final String PLACE = "configmap/shop/weft-trust";
    private static final UnpublishedAnchors REFUSED = new UnpublishedAnchors(PLACE, "WEFT-K024: exceeded quota");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final MovedClock clock = new MovedClock();
    private final TrustAnchor next = Operations.anchor("next");
    private volatile List<UnpublishedAnchors> places = List.of(REFUSED);

    @SuppressWarnings("NullAway.Init")
    private TestControl control;

    @BeforeEach
    void start() throws Exception {
        Path registry = directory.resolve("mesh.yaml");
        Files.writeString(registry, "");
        Path state = Operations.state(directory.resolve("state"), Operations.anchor("old"));
        control = new TestControl(
                state,
                TestPlanes.publishing(registry, state, () -> places, clock, RotatedMesh.AT_ONCE),
                new JoinTokens(state.resolve("tokens"), clock));
    }

    @AfterEach
    void stop() {
        control.close();
    }

    @Test
    void theNextStepBeginsWhenTheAnchorsArePublished() throws Exception {
        rotate(false);
        awaitPlace();
        places = List.of();
        awaitDone();
    }

    @Test
    void aNamespaceThatRefusesHoldsNoRotationUpForEver() throws Exception {
        rotate(false);
        awaitPlace();
        clock.move(StepWaits.MOST_FOR_PLACES.plusSeconds(1));
        awaitDone();
        assertThat(control.show().getRegistryErrorsList()).containsExactly(REFUSED.problem());
        assertThat(metrics()).contains("\nweft_control_unpublished_namespaces 1\n");
    }

    @Test
    void anEmergencyHasLessTime() throws Exception {
        rotate(true);
        awaitPlace();
        clock.move(StepWaits.MOST_IN_EMERGENCY.plusSeconds(1));
        awaitDone();
    }

    @Test
    void anOperatorNeedNotWait() throws Exception {
        rotate(false);
        awaitPlace();
        var _ = control.operator()
                .forceWithout(
                        ForceWithoutRequest.newBuilder().addWorkloads(PLACE).build());
        awaitDone();
    }

    /** It is no problem yet. */
    @Test
    void namesAPlaceThatIsStillBeingWrittenAndReportsNoError() throws Exception {
        places = List.of(new UnpublishedAnchors(PLACE, ""));
        rotate(false);
        awaitPlace();
        assertThat(control.show().getRegistryErrorsList()).isEmpty();
    }

    private String metrics() throws Exception {
        URI page = URI.create("http://127.0.0.1:" + control.plane.adminPort() + "/metrics");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(page)
                                    .timeout(Duration.ofSeconds(20))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private void rotate(boolean emergency) {
        String csr = control.operator()
                .beginRotation(BeginRotationRequest.newBuilder()
                        .setKind(RotationKind.ROTATION_KIND_ANCHOR)
                        .setAnchorPem(Operations.pem(next))
                        .setEmergency(emergency)
                        .build())
                .getCsrPem();
        var _ = control.operator()
                .supplyIssuer(SupplyIssuerRequest.newBuilder()
                        .setChainPem(Operations.sign(next, csr))
                        .build());
    }

    private void awaitPlace() throws Exception {
        TestControl.eventually(() -> {
            assertThat(control.show().getRotation().getStep()).isEqualTo(RotationStep.ROTATION_STEP_PUBLISH);
            assertThat(control.show().getRotation().getWaitingForList())
                    .extracting(Awaited::getWorkload)
                    .containsExactly(PLACE);
        });
    }

    private void awaitDone() throws Exception {
        TestControl.eventually(
                () -> assertThat(control.show().getRotation().getStep()).isEqualTo(RotationStep.ROTATION_STEP_DONE));
    }
}
