package dev.weft.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.FederationOperatorGrpc;
import dev.weft.api.v1.FollowedBundle;
import dev.weft.api.v1.GetTrustBundlesRequest;
import dev.weft.api.v1.ListTrustDomainsRequest;
import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.api.v1.TrustDomainOperatorGrpc;
import dev.weft.control.federation.WebCertificates;
import dev.weft.control.operator.OperatorChannel;
import dev.weft.daemon.files.PrivateFiles;
import dev.weft.identity.bundle.DecodedBundle;
import dev.weft.identity.bundle.SpiffeBundle;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.testing.Waiting;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two whole control planes of separate anchors that federate with each other, on loopback. */
final class FederationTest {

    private static final TrustDomain EAST = TrustDomain.parse("east.example");
    private static final TrustDomain WEST = TrustDomain.parse("west.example");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private ControlPlane start(TrustDomain domain, String... more) throws Exception {
        Path registry = Files.createDirectories(registry(domain));
        List<String> flags = new ArrayList<>(List.of("--registry", registry.toString()));
        flags.addAll(List.of("--state-dir", state(domain).toString(), "--trust-domain", domain.name()));
        flags.addAll(List.of("--listen", "127.0.0.1:0", "--admin-address", "127.0.0.1:0"));
        flags.addAll(List.of(more));
        return new ControlPlane(ControlFlags.OVER_FILES.read(flags), new FileHome(), Clock.systemUTC());
    }

    private Path state(TrustDomain domain) {
        return directory.resolve(domain.name());
    }

    private Path registry(TrustDomain domain) {
        return directory.resolve("registry-" + domain.name());
    }

    private List<X509Certificate> anchors(TrustDomain domain) throws Exception {
        return Pem.decodeCertificates(Files.readString(state(domain).resolve("anchor.pem")));
    }

    /** An object that has the one follow the other by {@code https_web}. */
    private void followByName(TrustDomain follower, TrustDomain followed, int port, TrustAnchor ca) throws Exception {
        Files.createDirectories(registry(follower));
        Files.writeString(registry(follower).resolve("federation.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: TrustDomain
                metadata: {name: NAME}
                spec:
                  bundleEndpoint:
                    url: https://localhost:PORT/
                    profile: https_web
                    caCertificates: |
                      PEM
                """.replace("NAME", followed.name())
                .replace("PORT", Integer.toString(port))
                .replace("PEM", indented(List.of(ca.certificate()), 6)));
    }

    private static String indented(List<X509Certificate> certificates, int columns) {
        return Pem.encodeCertificates(certificates).strip().replace("\n", "\n" + " ".repeat(columns));
    }

    private List<String> web(TrustAnchor ca) throws Exception {
        WebCertificates.Made made = WebCertificates.make(ca, "localhost");
        Path certificate = directory.resolve("web.pem");
        Path key = directory.resolve("web-key.pem");
        PrivateFiles.replace(certificate, Pem.encodeCertificates(List.of(made.certificate())), PrivateFiles.PUBLIC);
        PrivateFiles.replace(key, Pem.encodePrivateKey(made.keys().getPrivate()), PrivateFiles.PRIVATE);
        return List.of(
                "--bundle-endpoint-certificate", certificate.toString(), "--bundle-endpoint-key", key.toString());
    }

    private SpiffeBundle known(TrustDomain by, TrustDomain of) {
        return Objects.requireNonNull(
                        bundles(by, GetTrustBundlesRequest.newBuilder().setAll(true))
                                .get(of))
                .bundle();
    }

    /** An object that has the one follow the other by {@code https_spiffe}. */
    private void follow(TrustDomain follower, TrustDomain followed, int port) throws Exception {
        String pem = indented(anchors(followed), 4);
        Files.createDirectories(registry(follower));
        Files.writeString(registry(follower).resolve("federation.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: TrustDomain
                metadata: {name: NAME}
                spec:
                  bundleEndpoint:
                    url: https://127.0.0.1:PORT/
                    profile: https_spiffe
                    endpointSpiffeId: spiffe://NAME/ns/weft-system/sa/weft-control
                  anchors: |
                    PEM
                """.replace("NAME", followed.name())
                .replace("PORT", Integer.toString(port))
                .replace("PEM", pem));
    }

    private Map<TrustDomain, DecodedBundle> bundles(TrustDomain of, GetTrustBundlesRequest.Builder which) {
        try (OperatorChannel operator = OperatorChannel.open(state(of))) {
            String map = FederationOperatorGrpc.newBlockingStub(operator.channel())
                    .withDeadlineAfter(30, TimeUnit.SECONDS)
                    .getTrustBundles(which.build())
                    .getBundleMap();
            return SpiffeBundles.decodeMap(map.getBytes(UTF_8));
        }
    }

    private void untilPageHas(TrustDomain of, String text) throws Exception {
        Waiting.until(text, () -> AdminSocket.page(state(of), "/federation").contains(text));
    }

    @Test
    void twoControlPlanesFollowEachOther() throws Exception {
        try (ControlPlane east = start(EAST, "--bundle-endpoint", "127.0.0.1:0")) {
            follow(WEST, EAST, east.bundleEndpointPort().orElseThrow());
            try (ControlPlane west = start(WEST, "--bundle-endpoint", "127.0.0.1:0")) {
                follow(EAST, WEST, west.bundleEndpointPort().orElseThrow());

                untilPageHas(WEST, "\"failuresInARow\":0,\"next\":\"");
                untilPageHas(WEST, "\"sequence\":1,\"refreshHintSeconds\":60,\"anchors\":1");
                untilPageHas(EAST, "\"sequence\":1,\"refreshHintSeconds\":60,\"anchors\":1");
                untilPageHas(EAST, "\"graceSeconds\":240");

                var all = GetTrustBundlesRequest.newBuilder().setAll(true);
                assertThat(bundles(WEST, all)).containsOnlyKeys(EAST, WEST);
                var ofEast = GetTrustBundlesRequest.newBuilder().setTrustDomain("east.example");
                assertThat(bundles(WEST, ofEast).get(EAST))
                        .extracting(decoded -> decoded.bundle().anchors())
                        .isEqualTo(anchors(EAST));
                assertThat(bundles(WEST, GetTrustBundlesRequest.newBuilder().setOwn(true)))
                        .containsOnlyKeys(WEST);
                var other = GetTrustBundlesRequest.newBuilder().setTrustDomain("north.example");
                assertThatThrownBy(() -> bundles(WEST, other))
                        .isInstanceOf(StatusRuntimeException.class)
                        .hasMessageContaining("NOT_FOUND: WEFT-C050: ");
            }
        }
        assertThat(state(WEST).resolve("federation/east.example.json")).exists();
    }

    @Test
    void operatorsSeeHowOldABundleIsAndWhyThereIsNoNewerOne() throws Exception {
        int port;
        try (ControlPlane east = start(EAST, "--bundle-endpoint", "127.0.0.1:0", "--bundle-refresh-hint", "5s")) {
            port = east.bundleEndpointPort().orElseThrow();
            follow(WEST, EAST, port);
            try (ControlPlane _ = start(WEST)) {
                untilPageHas(WEST, "\"failuresInARow\":0,\"next\":\"");
                untilPageHas(WEST, "\"sequence\":1,");
                FollowedBundle followed = told(EAST).getFollowed();
                assertThat(followed.getUrl()).isEqualTo("https://127.0.0.1:" + port + "/");
                assertThat(followed.getProfile()).isEqualTo("https_spiffe");
                assertThat(followed.getSequence()).isEqualTo(1);
                assertThat(followed.getRefreshHintSeconds()).isEqualTo(5);
                assertThat(followed.getFailures()).isZero();
                assertThat(followed.getFetched())
                        .isBetween(
                                Instant.now().minusSeconds(60).getEpochSecond(),
                                Instant.now().getEpochSecond());
                assertThat(told(WEST).hasFollowed()).as("the own one").isFalse();
            }
        }
        try (ControlPlane _ = start(WEST)) {
            untilPageHas(WEST, "\"code\":\"WEFT-C051\"");
            TrustDomainInfo east = told(EAST);
            assertThat(east.getAnchors()).as("the last bundle stays").isEqualTo(1);
            assertThat(east.getFollowed().getFetched()).isPositive();
            assertThat(east.getFollowed().getFailures()).isPositive();
            assertThat(east.getFollowed().getFailureCode()).isEqualTo("WEFT-C051");
            assertThat(east.getFollowed().getFailureReason()).contains("127.0.0.1:" + port);
        }
    }

    /** What west's control plane tells operators of a trust domain. */
    private TrustDomainInfo told(TrustDomain of) {
        try (OperatorChannel operator = OperatorChannel.open(state(WEST))) {
            return TrustDomainOperatorGrpc.newBlockingStub(operator.channel())
                    .withDeadlineAfter(30, TimeUnit.SECONDS)
                    .listTrustDomains(ListTrustDomainsRequest.getDefaultInstance())
                    .getTrustDomainsList()
                    .stream()
                    .filter(info -> info.getTrustDomain().equals(of.name()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void aRotationIsFollowedByBothProfilesWithTheKeysOfJwts() throws Exception {
        TrustAnchor ca = TrustAnchors.create("web", Duration.ofDays(1), Clock.systemUTC());
        List<String> flags =
                new ArrayList<>(List.of("--bundle-endpoint", "127.0.0.1:0", "--bundle-refresh-hint", "5s"));
        try (ControlPlane west = start(WEST, flags.toArray(String[]::new))) {
            flags.addAll(web(ca));
            try (ControlPlane east = start(EAST, flags.toArray(String[]::new))) {
                followByName(WEST, EAST, east.bundleEndpointPort().orElseThrow(), ca);
                follow(EAST, WEST, west.bundleEndpointPort().orElseThrow());
                untilFollowed();
                assertThat(known(WEST, EAST).jwtAuthorities()).isNotEmpty();

                for (TrustDomain rotating : List.of(EAST, WEST)) {
                    List<X509Certificate> anchors = new ArrayList<>(anchors(rotating));
                    anchors.add(TrustAnchors.create("next", Duration.ofDays(10), Clock.systemUTC())
                            .certificate());
                    PrivateFiles.replace(
                            state(rotating).resolve("anchor.pem"),
                            Pem.encodeCertificates(anchors),
                            PrivateFiles.PUBLIC);
                }
                untilFollowed();
                assertThat(known(EAST, WEST).anchors()).hasSize(2);
            }
        }
    }

    /** Waits until each knows of the other what the other says of itself, which is what its files have. */
    private void untilFollowed() throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!followed(WEST, EAST) || !followed(EAST, WEST)) {
            assertThat(System.nanoTime()).as("within %s", PATIENCE).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    private boolean followed(TrustDomain by, TrustDomain of) throws Exception {
        if (!bundles(by, GetTrustBundlesRequest.newBuilder().setAll(true)).containsKey(of)) {
            return false;
        }
        SpiffeBundle known = known(by, of);
        SpiffeBundle said = known(of, of);
        return Set.copyOf(known.anchors()).equals(Set.copyOf(anchors(of)))
                && known.jwtAuthorities().equals(said.jwtAuthorities());
    }

    @Test
    void anAddressThatIsTakenIsNamed() throws Exception {
        try (ControlPlane east = start(EAST, "--bundle-endpoint", "127.0.0.1:0")) {
            int port = east.bundleEndpointPort().orElseThrow();
            assertThatThrownBy(() -> start(WEST, "--bundle-endpoint", "127.0.0.1:" + port))
                    .hasMessageContaining("bundle endpoint: cannot listen on");
        }
    }
}
