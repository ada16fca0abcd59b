package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.BeginRotationResponse;
import dev.weft.api.v1.ForceWithoutRequest;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tunnels that rest on what a rotation takes away: waited for, and when that takes too long, named. */
final class StandingTunnelsTest {

    /** Any rotation here is over sooner. */
    private static final RotationTimings IMPATIENT =
            new RotationTimings(Duration.ofMillis(100), Duration.ofMillis(300), () -> Duration.ZERO, 200);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private RotatedMesh mesh;

    @BeforeEach
    void start() throws Exception {
        mesh = new RotatedMesh(directory);
        mesh.api.rests(0, "web");
    }

    @AfterEach
    void stop() {
        mesh.close();
    }

    private void begin(boolean emergency) {
        BeginRotationResponse begun = mesh.beginAnchor(emergency);
        mesh.supply(Operations.sign(mesh.next, begun.getCsrPem()));
    }

    private RotationStatus awaitHeld(RotationStep step) throws Exception {
        TestControl.eventually(() -> {
            RotationStatus status = mesh.status();
            assertThat(status.getStep()).isEqualTo(step);
            assertThat(status.getWaitingForList())
                    .extracting(Awaited::getReason)
                    .anyMatch(reason -> reason.contains("tunnel"));
            assertThat(status.getGoesOnAt())
                    .as("known once the step was looked at")
                    .isPositive();
        });
        return mesh.status();
    }

    @Test
    void waitsUntilNoTunnelRestsOnTheOldIssuerAndNamesWhoHasSome() throws Exception {
        mesh.web.rests(2, "api");
        begin(false);
        RotationStatus held = awaitHeld(RotationStep.ROTATION_STEP_REISSUE);
        assertThat(held.getWaitingForList()).singleElement().satisfies(waiting -> {
            assertThat(waiting.getWorkload()).isEqualTo("shop/web");
            assertThat(waiting.getReason())
                    .isEqualTo("2 of its tunnels depend on the former issuer, with"
                            + " spiffe://cluster.local/ns/shop/sa/api (2)");
        });
        assertThat(held.getDone()).isEqualTo(1);
        assertThat(held.getTotal()).isEqualTo(2);
        assertThat(Instant.ofEpochSecond(held.getGoesOnAt()))
                .isBetween(Instant.now().plusSeconds(60), Instant.now().plusSeconds(121));
        mesh.web.rests(0, "api");
        RotationStatus done = mesh.awaitStep(RotationStep.ROTATION_STEP_DONE);
        assertThat(done.getClosedTunnelsList()).isEmpty();
        assertThat(done.getGoesOnAt()).isZero();
    }

    @Test
    void waitsOnTheWayBackToo() throws Exception {
        mesh.web.rests(1, "api");
        begin(false);
        awaitHeld(RotationStep.ROTATION_STEP_REISSUE);
        mesh.rollBack();
        awaitHeld(RotationStep.ROTATION_STEP_REISSUE_OLD);
        mesh.web.rests(0, "api");
        assertThat(mesh.awaitStep(RotationStep.ROTATION_STEP_ROLLED_BACK).getClosedTunnelsList())
                .isEmpty();
    }

    @Test
    void saysAlsoAfterARestartWhichTunnelsEndedWhenItWaitedLongEnough() throws Exception {
        mesh.control.close();
        mesh.restart(IMPATIENT);
        mesh.awaitLeaves();
        mesh.web.rests(3, "api");
        begin(false);
        assertClosed(mesh.awaitStep(RotationStep.ROTATION_STEP_DONE));
        mesh.control.close();
        mesh.restart(IMPATIENT);
        assertClosed(mesh.status());
    }

    private static void assertClosed(RotationStatus done) {
        assertThat(done.getClosedTunnelsList()).singleElement().satisfies(closed -> {
            assertThat(closed.getWorkload()).isEqualTo("shop/web");
            assertThat(closed.getReason()).isEqualTo("3 tunnels, with spiffe://cluster.local/ns/shop/sa/api (3)");
        });
    }

    @Test
    void inAnEmergencyWaitsForNoTunnelAndSaysWhichEnded() throws Exception {
        mesh.web.rests(3, "api");
        begin(true);
        assertClosed(mesh.awaitStep(RotationStep.ROTATION_STEP_DONE));
    }

    @Test
    void waitsForNoTunnelWithOneThatIsLeftBehind() throws Exception {
        mesh.web.rests(1, "api");
        mesh.api.freezeAt(FakeProxy.Moment.RENEWAL, mesh.old);
        begin(false);
        TestControl.eventually(() -> {
            assertThat(mesh.status().getStep()).isEqualTo(RotationStep.ROTATION_STEP_REISSUE);
            assertThat(mesh.status().getWaitingForList())
                    .extracting(Awaited::getWorkload)
                    .containsExactly("shop/api");
        });
        mesh.control
                .operator()
                .forceWithout(ForceWithoutRequest.newBuilder()
                        .addWorkloads("shop/api")
                        .build());
        RotationStatus done = mesh.awaitStep(RotationStep.ROTATION_STEP_DONE);
        assertThat(done.getClosedTunnelsList()).extracting(Awaited::getWorkload).containsExactly("shop/web");
    }
}
