package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.RequestRoutes;
import dev.weft.daemon.text.HostPort;
import dev.weft.policy.egress.EgressTarget;
import dev.weft.policy.model.Cidr;
import dev.weft.policy.model.HostPattern;
import dev.weft.proxy.egress.Hello;
import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.route.RequestTable;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the application calls outside of the mesh goes by the rules of its sidecar. */
@Timeout(60)
class EgressTest {
    private static final InetSocketAddress VIRTUAL = HostPort.literal("10.96.0.9:80");

    private EchoServer inside;
    private EchoServer echo;
    private HttpApplication http;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        inside = new EchoServer();
        echo = new EchoServer();
        http = HttpApplication.ok("hello");
        mesh = new MeshFixture(inside.address());
        answer(echo.address(), new Route.NotInMesh());
        answer(http.address(), new Route.NotInMesh());
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
        inside.close();
        echo.close();
        http.close();
    }

    private void rules(EgressTarget... to) {
        OutsideRules.allow(mesh, to);
    }

    private static EgressTarget host(String host) {
        return new EgressTarget.Host(new HostPattern(host), Set.of());
    }

    private static EgressTarget range(String cidr, Integer... ports) {
        return new EgressTarget.Range(Cidr.parse(cidr), Set.of(ports));
    }

    private void answer(InetSocketAddress address, Route route) {
        mesh.web.directory().update(address, route);
    }

    private Socket call(InetSocketAddress address) throws IOException {
        mesh.outboundDestination = address;
        return mesh.connect();
    }

    private static void say(Socket socket, byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
    }

    private static void request(Socket socket, String host) throws IOException {
        say(socket, ("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static void assertAnswered(Socket socket) throws IOException {
        byte[] expected = HttpApplication.response("200 OK", "hello").getBytes(StandardCharsets.US_ASCII);
        assertThat(socket.getInputStream().readNBytes(expected.length)).isEqualTo(expected);
    }

    private static void assertEchoed(Socket socket, byte[] octets) throws IOException {
        say(socket, octets);
        assertThat(socket.getInputStream().readNBytes(octets.length)).isEqualTo(octets);
    }

    private static void assertReset(Socket socket) {
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    /** The log has a thread of its own. */
    private void awaitLogged(String text) {
        Waiting.until("logged", () -> {
            try {
                return mesh.accessLog("web").contains(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void anAddressIsJudgedAtOnce() throws IOException {
        rules(range("127.0.0.1/32", echo.address().getPort()));
        try (Socket allowed = call(echo.address())) {
            assertEchoed(allowed, new byte[] {'x'});
            try (Socket denied = call(http.address())) {
                assertReset(denied);
            }
        }
        awaitLogged("\"code\":\"WEFT-H060\"");
        awaitLogged("\"policy\":\"shop/out\"");
        assertThat(http.connections).hasValue(0);
    }

    @Test
    void whatIsInTheMeshIsNotOutside() throws IOException {
        rules();
        try (Socket socket = call(MeshFixture.SERVICE)) {
            assertEchoed(socket, new byte[] {'x'});
        }
    }

    @Test
    void tlsIsJudgedByItsServerName() throws IOException {
        rules(host("a.example"));
        byte[] good = new Hello().naming("a.example").octets();
        try (Socket allowed = call(echo.address())) {
            assertEchoed(allowed, good);
            assertEchoed(allowed, new byte[100_000]);
        }
        try (Socket other = call(echo.address())) { // opened as late as this: it has 5 s to say something
            say(other, new Hello().naming("b.example").octets());
            assertReset(other);
        }
        try (Socket none = call(echo.address())) {
            say(none, new Hello().octets());
            assertReset(none);
        }
        awaitLogged("WEFT-H060");
        awaitLogged("WEFT-H061");
    }

    @Test
    void eachRequestOfAKeptConnectionIsJudged() throws IOException {
        rules(host("*.example"));
        try (Socket socket = call(http.address())) {
            request(socket, "a.example");
            assertAnswered(socket);
            request(socket, "b.example:8080");
            assertAnswered(socket);
            request(socket, "a.evil");
            assertReset(socket);
        }
        awaitLogged("host a.evil");
        assertThat(mesh.web.edges().with(List.of())).singleElement().satisfies(edge -> {
            assertThat(edge.getRequests(0).getByClassList()).containsExactly(0L, 0L, 2L, 0L, 0L, 0L);
            assertThat(edge.getRefusalCode()).isEqualTo("WEFT-H060");
        });
        assertThat(http.requests).hasValue(2);
        assertThat(http.connections).hasValue(1);
    }

    @Test
    void aRequestToAHostThatIsNotAllowedIsAnswered() throws IOException {
        rules(host("*.example"));
        try (Socket socket = call(http.address())) {
            request(socket, "a.evil");
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer)
                    .startsWith("HTTP/1.1 403 Forbidden\r\nweft-code: WEFT-H060\r\nweft-reason: ")
                    .contains("\r\nconnection: close\r\n\r\nWEFT-H060: ");
        }
        try (Socket socket = call(http.address())) {
            String head = "HEAD / HTTP/1.1\r\nHost: a.evil\r\n\r\n";
            say(socket, head.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 403 ").endsWith("\r\n\r\n");
        }
        awaitLogged("\"code\":\"WEFT-H060\"");
        Waiting.until("ended", () -> mesh.web.registry().sessions().isEmpty());
        assertThat(http.connections).hasValue(0);
    }

    /** What it still sends does not reset the connection before it has read the answer. */
    @Test
    void aLargeRequestToAHostThatIsNotAllowedIsAnswered() throws IOException {
        rules(host("*.example"));
        try (Socket socket = call(http.address())) {
            String head = "POST / HTTP/1.1\r\nHost: a.evil\r\nContent-Length: 200000\r\n\r\n";
            say(socket, head.getBytes(StandardCharsets.US_ASCII));
            say(socket, new byte[200_000]);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 403 ");
        }
    }

    @Test
    void pipelinedRequestsAreJudgedToo() throws IOException {
        rules(host("a.example"));
        try (Socket socket = call(http.address())) {
            String good = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
            say(socket, good.repeat(500).getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 500; i++) {
                assertAnswered(socket);
            }
            say(socket, (good + good.replace("a.example", "b.example")).getBytes(StandardCharsets.US_ASCII));
            Waiting.until("broken off", () -> mesh.web.registry().sessions().isEmpty());
        }
        assertThat(http.requests.get()).isBetween(500, 501);
    }

    @Test
    void anotherRuleEndsWhatItDoesNotAllow() throws IOException {
        rules(host("a.example"));
        try (Socket tls = call(echo.address())) {
            assertEchoed(tls, new Hello().naming("a.example").octets());
            try (Socket plain = call(http.address())) {
                request(plain, "a.example");
                assertAnswered(plain);
                rules(host("a.example"), host("b.example"));
                assertEchoed(tls, new byte[] {'x'});
                rules(host("b.example"));
                assertReset(tls);
                assertReset(plain);
            }
        }
    }

    @Test
    void openCallsEndWhenThereAreRules() throws IOException {
        try (Socket socket = call(echo.address())) {
            assertEchoed(socket, new byte[] {'x'});
            rules(range("10.0.0.0/8"));
            assertReset(socket);
        }
    }

    /** Where HTTP is expected, a connection may be silent for long. */
    @Test
    void aConnectionThatHasNotSaidAnythingYetEndsTooWhenThereAreRules() throws IOException {
        RequestRoutes.Builder routes = RequestRoutes.newBuilder()
                .addMatches(RoutedMesh.any())
                .addRules(RoutedMesh.to(RoutedMesh.self().setAddress(HostPort.text(VIRTUAL))));
        answer(
                VIRTUAL,
                new Route.ToEndpoints(
                        List.of(new Route.Endpoint(http.address(), null, 0, 1, Hint.HTTP1)),
                        RequestTable.fromProto(routes.build())));
        try (Socket silent = call(VIRTUAL);
                Socket asking = call(VIRTUAL)) {
            request(asking, "a.example");
            assertAnswered(asking);
            rules(range("10.0.0.0/8"));
            assertReset(silent);
            assertReset(asking);
        }
    }

    @Test
    void anEndpointWithoutASidecarIsOutside() throws IOException {
        answer(VIRTUAL, new Route.ToEndpoints(List.of(new Route.Endpoint(http.address(), null, 0, 1))));
        rules(range("10.96.0.0/16"));
        try (Socket denied = call(VIRTUAL)) {
            assertReset(denied);
        }
        rules(range("127.0.0.1/32"));
        try (Socket allowed = call(VIRTUAL)) {
            request(allowed, "anything");
            assertAnswered(allowed);
        }
        rules(new EgressTarget.Host(
                new HostPattern("a.example"), Set.of(http.address().getPort())));
        try (Socket byHost = call(VIRTUAL)) {
            request(byHost, "a.example");
            assertAnswered(byHost);
            request(byHost, "b.example");
            assertReset(byHost);
        }
    }
}
