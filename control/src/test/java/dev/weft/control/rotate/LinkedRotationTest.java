package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.BeginRotationRequest;
import dev.weft.api.v1.FollowedBundle;
import dev.weft.api.v1.ForceWithoutRequest;
import dev.weft.api.v1.ListTrustDomainsRequest;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.api.v1.ShowTrustRequest;
import dev.weft.api.v1.SupplyIssuerRequest;
import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.api.v1.TrustDomainOperatorGrpc;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.control.ControlPlane;
import dev.weft.control.TestPlanes;
import dev.weft.control.operator.OperatorChannel;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.testing.MovedClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A rotation in a trust domain that is linked with another. Bundles are asked for every six hours only, so that what comes at once is
 * what the control planes tell each other.
 */
final class LinkedRotationTest {

    private static final RotationTimings AT_ONCE =
            new RotationTimings(Duration.ZERO, Duration.ofMinutes(2), () -> Duration.ZERO, 200);
    private static final TrustDomain EAST = TrustDomain.parse("east.example");
    private static final TrustDomain WEST = TrustDomain.parse("west.example");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final MovedClock clock = new MovedClock();
    private final TrustAnchor next = Operations.anchor("next");

    @SuppressWarnings("NullAway.Init")
    private ControlPlane east;

    @SuppressWarnings("NullAway.Init")
    private ControlPlane west;

    @BeforeEach
    void link() throws Exception {
        east = start(EAST);
        west = start(WEST);
        declare(EAST, WEST, west);
        declare(WEST, EAST, east);
        TestControl.eventually(() -> {
            assertThat(known(EAST, WEST).getFetched()).isPositive();
            assertThat(known(WEST, EAST).getFetched()).isPositive();
        });
    }

    @AfterEach
    void stop() {
        east.close();
        west.close();
    }

    @Test
    void waitsUntilTheOthersControlPlaneHasTheNewAnchorAndNamesIt() throws Exception {
        west.close();
        rotate(false);
        awaitWest();
        west = start(WEST);
        declare(EAST, WEST, west);
        TestControl.eventually(() -> assertThat(status().getStep()).isEqualTo(RotationStep.ROTATION_STEP_DONE));
        TestControl.eventually(() -> assertThat(held(WEST)).containsExactly(next.certificate()));
        assertThat(known(WEST, EAST).getFailures()).isZero();
    }

    @Test
    void goesOnWithoutIt() throws Exception {
        west.close();
        rotate(false);
        awaitWest();
        call(
                EAST,
                channel -> TrustOperatorGrpc.newBlockingStub(channel.channel())
                        .forceWithout(ForceWithoutRequest.newBuilder()
                                .addWorkloads("west.example")
                                .build()));
        TestControl.eventually(() -> assertThat(status().getStep()).isEqualTo(RotationStep.ROTATION_STEP_DONE));
        assertThat(status().getForcedWithoutList()).containsExactly("west.example");
    }

    @Test
    void inAnEmergencyWaitsNoLongerThanOthersNeed() throws Exception {
        west.close();
        rotate(true);
        awaitWest();
        clock.move(StepWaits.MOST_IN_EMERGENCY.plusSeconds(1));
        TestControl.eventually(() -> assertThat(status().getStep()).isEqualTo(RotationStep.ROTATION_STEP_DONE));
    }

    @Test
    void inAnEmergencyTheOtherFollowsToo() throws Exception {
        rotate(true);
        TestControl.eventually(() -> assertThat(status().getStep()).isEqualTo(RotationStep.ROTATION_STEP_DONE));
        TestControl.eventually(() -> assertThat(held(WEST)).containsExactly(next.certificate()));
    }

    private void awaitWest() throws Exception {
        TestControl.eventually(() -> {
            RotationStatus status = status();
            assertThat(status.getStep()).isEqualTo(RotationStep.ROTATION_STEP_PUBLISH);
            assertThat(status.getWaitingForList())
                    .extracting(Awaited::getWorkload)
                    .containsExactly("west.example");
            assertThat(status.getWaitingFor(0).getReason()).startsWith("its control plane is away: ");
            assertThat(status.getTotal()).isEqualTo(1);
        });
    }

    private ControlPlane start(TrustDomain domain) throws Exception {
        return TestPlanes.start(
                Files.createDirectories(registry(domain)),
                state(domain),
                clock,
                AT_ONCE,
                "--trust-domain",
                domain.name(),
                "--bundle-endpoint",
                "127.0.0.1:0",
                "--bundle-refresh-hint",
                "6h");
    }

    /** What {@code weft link} says of the other. */
    private void declare(TrustDomain in, TrustDomain other, ControlPlane of) throws Exception {
        String pem = Files.readString(state(other).resolve("anchor.pem"));
        Path file = registry(in).resolve("link.yaml");
        Path draft = Files.writeString(directory.resolve("draft"), """
                apiVersion: weft.dev/v1alpha1
                kind: TrustDomain
                metadata: {name: NAME}
                spec:
                  bundleEndpoint:
                    url: https://127.0.0.1:BUNDLE/
                    profile: https_spiffe
                    endpointSpiffeId: spiffe://NAME/ns/weft-system/sa/weft-control
                  discovery:
                    addresses: ["127.0.0.1:CONTROL"]
                    ranges: [10.243.0.0/16]
                  anchors: |
                    PEM
                """.replace("NAME", other.name())
                .replace("BUNDLE", Integer.toString(of.bundleEndpointPort().orElseThrow()))
                .replace("CONTROL", Integer.toString(of.port()))
                .replace("PEM", pem.strip().replace("\n", "\n    ")));
        Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path state(TrustDomain domain) {
        return directory.resolve(domain.name());
    }

    private Path registry(TrustDomain domain) {
        return directory.resolve("registry-" + domain.name());
    }

    private void rotate(boolean emergency) {
        call(EAST, channel -> {
            var operator = TrustOperatorGrpc.newBlockingStub(channel.channel());
            String csr = operator.beginRotation(BeginRotationRequest.newBuilder()
                            .setKind(RotationKind.ROTATION_KIND_ANCHOR)
                            .setAnchorPem(Operations.pem(next))
                            .setEmergency(emergency)
                            .build())
                    .getCsrPem();
            return operator.supplyIssuer(SupplyIssuerRequest.newBuilder()
                    .setChainPem(Operations.sign(next, csr, EAST))
                    .build());
        });
    }

    private RotationStatus status() {
        return call(
                EAST,
                channel -> TrustOperatorGrpc.newBlockingStub(channel.channel())
                        .withDeadlineAfter(30, TimeUnit.SECONDS)
                        .showTrust(ShowTrustRequest.getDefaultInstance())
                        .getRotation());
    }

    private FollowedBundle known(TrustDomain by, TrustDomain of) {
        return call(
                by,
                channel -> TrustDomainOperatorGrpc.newBlockingStub(channel.channel())
                        .withDeadlineAfter(30, TimeUnit.SECONDS)
                        .listTrustDomains(ListTrustDomainsRequest.getDefaultInstance())
                        .getTrustDomainsList()
                        .stream()
                        .filter(info -> info.getTrustDomain().equals(of.name()))
                        .map(TrustDomainInfo::getFollowed)
                        .findFirst()
                        .orElse(FollowedBundle.getDefaultInstance()));
    }

    /** East's anchors, as a trust domain holds them. */
    private List<X509Certificate> held(TrustDomain by) throws Exception {
        String kept = Files.readString(state(by).resolve("federation/east.example.json"));
        // Behind the line with its checksum.
        return SpiffeBundles.decode(kept.substring(kept.indexOf('\n') + 1).getBytes(StandardCharsets.UTF_8))
                .bundle()
                .anchors();
    }

    private <T> T call(TrustDomain of, Function<OperatorChannel, T> call) {
        try (OperatorChannel channel = OperatorChannel.open(state(of))) {
            return call.apply(channel);
        }
    }
}
