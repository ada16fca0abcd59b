package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.tunnel.server.RawServer;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions outlive the certificates that their tunnel began with, if and only if both sides prove themselves anew. */
@Timeout(60)
class ProofAnewTest {
    private static final Duration MOST_OF_A_LIFE =
            MeshFixture.LIFETIME.multipliedBy(8).dividedBy(10);

    private Application application;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        application = new Application();
        mesh = new MeshFixture(application.address());
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
        application.close();
    }

    private Socket connect() throws IOException {
        Socket socket = mesh.connect();
        socket.getOutputStream().write(Application.ECHO);
        echo(socket);
        return socket;
    }

    /** To a server that echoes everything. */
    private Socket connectRaw() throws IOException {
        Socket socket = mesh.connect();
        echo(socket);
        return socket;
    }

    private static void echo(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
    }

    private static void assertReset(Socket socket) {
        assertThatThrownBy(() -> {
                    while (socket.getInputStream().read() >= 0) {}
                })
                .isInstanceOf(SocketException.class);
    }

    private Credentials issue(String name) {
        return mesh.authority.issue(name, MeshFixture.LIFETIME, mesh.bundles);
    }

    /** Both in one turn of the loop, so that each proof from now on is of both new certificates. */
    private void renewBoth() {
        Credentials api = issue("api");
        Credentials web = issue("web");
        mesh.onLoop(() -> {
            mesh.api.credentials(api);
            mesh.web.credentials(web);
        });
    }

    static int count(Workload workload, String series) {
        Matcher matcher = Pattern.compile(Pattern.quote(series) + " ([0-9]+)")
                .matcher(workload.metrics().text());
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private static int proofs(Workload workload, String side, String result) {
        return count(workload, "weft_tunnel_proofs_total{side=\"" + side + "\",result=\"" + result + "\"}");
    }

    private void awaitProof(Runnable cause) {
        int client = proofs(mesh.web, "client", "renewed");
        int server = proofs(mesh.api, "server", "renewed");
        cause.run();
        Waiting.until(
                "proven again",
                () -> proofs(mesh.web, "client", "renewed") > client && proofs(mesh.api, "server", "renewed") > server);
    }

    private void decideAgain() {
        mesh.web.registry().recheck("test");
        mesh.api.registry().recheck("test");
    }

    @Test
    void carriesASessionOverManyCertificatesInOneTunnel() throws IOException {
        try (Socket socket = connect()) {
            for (int lives = 0; lives < 5; lives++) {
                mesh.clock.move(MOST_OF_A_LIFE);
                awaitProof(this::renewBoth);
                decideAgain();
                echo(socket);
            }
            assertThat(count(mesh.web, "weft_tunnels_opened_total{side=\"client\"}"))
                    .isEqualTo(1);
            try (Socket next = connect()) {
                echo(next);
            }
            assertThat(count(mesh.web, "weft_tunnels_opened_total{side=\"client\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void provesATunnelAnewWhenOnlyTheServerSaysThatItHasAnotherCertificate() throws IOException {
        mesh.web.credentials(mesh.authority.issue("web", MeshFixture.LIFETIME.multipliedBy(3), mesh.bundles));
        try (Socket socket = connect()) {
            mesh.clock.move(MOST_OF_A_LIFE);
            Credentials api = issue("api");
            awaitProof(() -> mesh.api.credentials(api));
            mesh.clock.move(MOST_OF_A_LIFE);
            decideAgain();
            echo(socket);
        }
    }

    @Test
    void provesATunnelAnewByItselfWhenItsEndComesNearer() throws IOException {
        Duration life = Duration.ofSeconds(6);
        mesh.onLoop(() -> {
            mesh.api.credentials(mesh.authority.issue("api", life, mesh.bundles));
            mesh.web.credentials(mesh.authority.issue("web", life, mesh.bundles));
        });
        try (Socket socket = connect()) {
            awaitProof(() -> {}); // of the same certificates: neither side has another yet
            echo(socket);
            assertReset(socket);
        }
    }

    @Test
    void endsASessionWhoseServerHasNotRenewed() throws IOException {
        try (Socket socket = connect()) {
            mesh.clock.move(MOST_OF_A_LIFE);
            Credentials web = issue("web");
            awaitProof(() -> mesh.web.credentials(web));
            echo(socket);
            mesh.clock.move(MOST_OF_A_LIFE);
            mesh.web.registry().recheck("test");
            assertReset(socket);
        }
        Waiting.until("said why", () -> mesh.web.metrics().text().contains("code=\"WEFT-D015\""));
    }

    @Test
    void closesATunnelWithoutSessionsInsteadOfProvingIt() throws IOException {
        connect().close();
        Waiting.until("session ended", () -> mesh.web.registry().sessions().isEmpty());
        renewBoth();
        Waiting.until("tunnel closed", () -> mesh.web.registry().tunnels() == 0);
        assertThat(proofs(mesh.web, "client", "renewed")).isZero();
    }

    @Test
    void closesAtOnceWhatIsRevokedAfterItWasProvenAnew() throws IOException {
        try (Socket socket = connect()) {
            awaitProof(this::renewBoth);
            mesh.api.bundles(TrustBundles.of(mesh.authority.bundle(
                    TrustBundle.State.ACTIVE,
                    new Revocations(
                            Set.of(),
                            Set.of(),
                            Map.of(
                                    mesh.authority.id("web"),
                                    mesh.clock.instant().plusSeconds(60)),
                            Set.of()))));
            assertReset(socket);
        }
        Waiting.until("said why", () -> mesh.api.metrics().text().contains("code=\"WEFT-D016\""));
    }

    @Test
    void closesAtOnceWhatIsOfADisabledDomainAfterItWasProvenAnew() throws IOException {
        try (Socket socket = connect()) {
            awaitProof(this::renewBoth);
            mesh.web.bundles(TrustBundles.of(mesh.authority.bundle(TrustBundle.State.DISABLED, Revocations.NONE)));
            assertReset(socket);
        }
    }

    @Test
    void refusesANewProofUnderATaintedIssuerAndEndsWithTheOldOne() throws IOException {
        try (Socket socket = connect()) {
            mesh.api.bundles(TrustBundles.of(mesh.authority.bundle(
                    TrustBundle.State.ACTIVE,
                    new Revocations(Set.of(), Set.of(), Map.of(), Set.of(mesh.authority.issuerKey())))));
            mesh.clock.move(MOST_OF_A_LIFE);
            renewBoth();
            Waiting.until("refused", () -> proofs(mesh.web, "client", "refused") > 0);
            echo(socket);
            mesh.clock.move(MOST_OF_A_LIFE);
            mesh.web.registry().recheck("test");
            assertReset(socket);
        }
        Waiting.until(
                "in the log",
                () -> log("web").contains("the tunnel was not proven again with a new certificate: the peer refused"));
    }

    private String log(String name) {
        try {
            return mesh.accessLog(name);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void somebodyBetweenWhoHasBothKeysLosesTheTunnelWithTheCertificates() throws Exception {
        Credentials web = issue("web");
        Credentials api = issue("api");
        mesh.web.credentials(web);
        mesh.api.credentials(api);
        try (Terminator between = new Terminator(mesh.loops, mesh.tunnelPort(), api, web)) {
            route(between.port());
            try (Socket socket = connect()) {
                assertThat(between.read).hasPositiveValue();
                mesh.clock.move(MOST_OF_A_LIFE);
                renewBoth();
                Waiting.until("refused", () -> proofs(mesh.api, "server", "signature") > 0);
                Waiting.until("refused", () -> proofs(mesh.web, "client", "refused") > 0);
                mesh.clock.move(MOST_OF_A_LIFE);
                decideAgain();
                assertReset(socket);
            }
        }
    }

    private void route(int port) {
        mesh.route(new Route.ToEndpoints(
                List.of(new Route.Endpoint(application.address(), mesh.authority.id("api"), port, 1))));
    }

    @Test
    void endsTheSessionsOfAPeerThatKnowsNothingOfProofsWithTheirCertificates() throws Exception {
        try (RawServer server = new RawServer(mesh.loops, issue("api"), false)) {
            route(server.port());
            try (Socket socket = connectRaw()) {
                mesh.clock.move(MOST_OF_A_LIFE);
                renewBoth();
                Waiting.until("a tunnel for new sessions", () -> {
                    try (Socket next = connectRaw()) {
                        echo(next);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                    return count(mesh.web, "weft_tunnels_opened_total{side=\"client\"}") == 2;
                });
                echo(socket);
                mesh.clock.move(MOST_OF_A_LIFE);
                mesh.web.registry().recheck("test");
                assertReset(socket);
            }
        }
    }

    @Test
    void provesATunnelWhosePeerSaysAfterTheRenewalThatItCanBeAsked() throws Exception {
        X509Svid api = issue("api").svid();
        try (RawServer server = new RawServer(mesh.loops, issue("api"), false)) {
            server.answerer = exchange -> exchange.proof(api, api);
            route(server.port());
            try (Socket socket = connectRaw()) {
                mesh.web.credentials(issue("web"));
                Waiting.until("not possible yet", () -> proofs(mesh.web, "client", "unsupported") > 0);
                server.announce(1);
                Waiting.until("renewed", () -> proofs(mesh.web, "client", "renewed") > 0);
                echo(socket);
            }
        }
    }

    @Test
    void refusesWhateverAnswerIsNotTheServersOwnAndForThisTunnel() throws Exception {
        X509Svid api = issue("api").svid();
        X509Svid other = issue("other").svid();
        answered("signature", exchange -> exchange.proof(api, other));
        answered("wrong-identity", exchange -> exchange.proof(other, other));
        answered("wrong-identity", RawServer.Exchange::sent);
        answered("malformed", exchange -> new byte[] {1, 2, 3});
        answered("malformed", exchange -> new byte[64 * 1024]);
        answered("refused", exchange -> null);
        assertThat(proofs(mesh.web, "client", "renewed")).isZero();
    }

    private void answered(String result, RawServer.Answerer answerer) throws Exception {
        int before = proofs(mesh.web, "client", result);
        try (RawServer server = new RawServer(mesh.loops, issue("api"), true)) {
            server.answerer = answerer;
            route(server.port());
            try (Socket socket = connectRaw()) {
                server.announce();
                Waiting.until(result, () -> proofs(mesh.web, "client", result) > before);
                echo(socket); // what was proven before counts until it ends
            }
        }
    }

    @Test
    void triesAgainWithAnotherTunnelForNewSessionsAfterARefusal() throws Exception {
        X509Svid api = issue("api").svid();
        try (RawServer server = new RawServer(mesh.loops, issue("api"), true)) {
            server.answerer = exchange -> null;
            route(server.port());
            try (Socket socket = connectRaw()) {
                server.announce();
                Waiting.until("refused", () -> proofs(mesh.web, "client", "refused") > 0);
                server.answerer = exchange -> exchange.proof(api, api);
                try (Socket next = connectRaw()) {
                    echo(next);
                }
                assertThat(count(mesh.web, "weft_tunnels_opened_total{side=\"client\"}"))
                        .isEqualTo(2);
                Waiting.until("renewed", () -> proofs(mesh.web, "client", "renewed") > 0);
                echo(socket);
            }
        }
    }

    @Test
    void provesATunnelWhoseCertificateWasRenewedDuringItsHandshake() throws Exception {
        mesh.api.credentials(issue("api"));
        try (Gate gate = new Gate(mesh.tunnelPort())) {
            route(gate.port());
            try (Socket socket = mesh.connect()) {
                socket.getOutputStream().write(Application.ECHO);
                gate.awaitAnswer();
                mesh.api.credentials(issue("api"));
                awaitProof(gate::open);
                echo(socket);
            }
        }
    }
}
