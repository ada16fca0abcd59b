package dev.weft.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.FederationOperatorGrpc;
import dev.weft.api.v1.GetTrustBundlesRequest;
import dev.weft.control.operator.OperatorChannel;
import dev.weft.identity.bundle.DecodedBundle;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        return new ControlPlane(Flags.parse(flags), RegistryMesh::open, Clock.systemUTC());
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

    /** An object that has the one follow the other. */
    private void follow(TrustDomain follower, TrustDomain followed, int port) throws Exception {
        String pem = Pem.encodeCertificates(anchors(followed)).strip().replace("\n", "\n    ");
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
                    .withDeadlineAfter(10, TimeUnit.SECONDS)
                    .getTrustBundles(which.build())
                    .getBundleMap();
            return SpiffeBundles.decodeMap(map.getBytes(UTF_8));
        }
    }

    private static String page(ControlPlane plane) throws Exception {
        URI url = URI.create("http://127.0.0.1:" + plane.adminPort() + "/federation");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static void untilPageHas(ControlPlane plane, String text) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!page(plane).contains(text)) {
            assertThat(System.nanoTime())
                    .as("%s in %s within %s", text, page(plane), PATIENCE)
                    .isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    @Test
    void twoControlPlanesFollowEachOther() throws Exception {
        try (ControlPlane east = start(EAST, "--bundle-endpoint", "127.0.0.1:0")) {
            follow(WEST, EAST, east.bundleEndpointPort().orElseThrow());
            try (ControlPlane west = start(WEST, "--bundle-endpoint", "127.0.0.1:0")) {
                follow(EAST, WEST, west.bundleEndpointPort().orElseThrow());

                untilPageHas(west, "\"failuresInARow\":0,\"next\":\"");
                untilPageHas(west, "\"sequence\":1,\"refreshHintSeconds\":60,\"anchors\":1");
                untilPageHas(east, "\"sequence\":1,\"refreshHintSeconds\":60,\"anchors\":1");
                untilPageHas(east, "\"graceSeconds\":240");

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
    void anAddressThatIsTakenIsNamed() throws Exception {
        try (ControlPlane east = start(EAST, "--bundle-endpoint", "127.0.0.1:0")) {
            int port = east.bundleEndpointPort().orElseThrow();
            assertThatThrownBy(() -> start(WEST, "--bundle-endpoint", "127.0.0.1:" + port))
                    .hasMessageContaining("bundle endpoint: cannot listen on");
        }
    }
}
