package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.RequestRoutes;
import dev.weft.daemon.text.HostPort;
import dev.weft.policy.egress.EgressTarget;
import dev.weft.policy.model.HostPattern;
import dev.weft.proxy.http2.Http2Settings;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.tunnel.RequestPeer;
import dev.weft.testing.Waiting;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How large heads may be is a setting, on every way that a request or its response takes. */
@Timeout(60)
class HeadLimitsTest {
    private static final String[] RAISED = {"--http-head=128", "--http-fields=400"};
    /** Between the default and the raised limit. */
    private static final int OCTETS = 100 * 1024;

    private static final int FIELDS = 300;
    /** Between the default and what the client of these tests accepts. */
    private static final int OCTETS_OF_RESPONSE = 36 * 1024;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T opened(T made) {
        open.add(made);
        return made;
    }

    private static String[] flags(boolean raised) {
        return raised ? RAISED : new String[0];
    }

    private static String http1(String fields) {
        return "GET / HTTP/1.1\r\nHost: api.shop\r\n" + fields + "\r\n";
    }

    private static String large() {
        return "Cookie: " + "c".repeat(OCTETS) + "\r\n";
    }

    private static String many() {
        return "x: y\r\n".repeat(FIELDS);
    }

    private static Http2Headers http2() {
        return RequestPeer.fields(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "api.shop");
    }

    private static Http2Headers large2() {
        return http2().add("cookie", "c".repeat(OCTETS));
    }

    private static Http2Headers many2() {
        Http2Headers headers = http2();
        for (int i = 0; i < FIELDS; i++) {
            headers.add("x", "y");
        }
        return headers;
    }

    private static Http2Headers forApplication(MeshFixture mesh, Http2Headers headers) {
        return headers.add("weft-target", HostPort.text(mesh.application));
    }

    private Http2Application http2Application() throws InterruptedException {
        return opened(new Http2Application(Http2Settings.DEFAULTS.withHeaderList(4 * OCTETS)));
    }

    /** Policies of the called workload are about requests. */
    private MeshFixture judging(InetSocketAddress application, boolean raised) throws IOException {
        MeshFixture mesh = opened(new MeshFixture(application, flags(raised)));
        mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/"))));
        return mesh;
    }

    private RoutedMesh routed(InetSocketAddress application, Hint hint, boolean raised) throws IOException {
        RoutedMesh mesh = opened(new RoutedMesh(application, flags(raised)).speaking(hint));
        mesh.routes(RequestRoutes.newBuilder().addMatches(RoutedMesh.any()).addRules(RoutedMesh.to(RoutedMesh.self())));
        return mesh;
    }

    /** An application of the calling workload. */
    private RequestPeer calling(MeshFixture mesh) throws Exception {
        return opened(new RequestPeer(
                mesh.loops, Objects.requireNonNull(mesh.web.ports()).outbound()));
    }

    private void assertHttp1(MeshFixture mesh, String request, boolean passes) throws IOException {
        try (HttpCaller caller = new HttpCaller(mesh)) {
            caller.say(request);
            HttpCaller.Response response = caller.response();
            assertThat(response.status()).isEqualTo(passes ? 200 : 431);
            assertThat(response.head().contains("WEFT-H007")).isEqualTo(!passes);
        }
    }

    private static void assertHttp2(RequestPeer.Asked asked, boolean passes) throws InterruptedException {
        assertThat(asked.next()).startsWith(passes ? ":status=200" : ":status=431 weft-code=WEFT-H007");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofAJudgedRequestOfHttp1(boolean raised) throws Exception {
        MeshFixture mesh = judging(opened(HttpApplication.ok("hello")).address(), raised);
        assertHttp1(mesh, http1(large()), raised);
        assertHttp1(mesh, http1(many()), raised);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofAJudgedRequestOfHttp2(boolean raised) throws Exception {
        RequestPeer caller = calling(judging(http2Application().address(), raised));
        assertHttp2(caller.ask(large2(), true), raised);
        assertHttp2(caller.ask(many2(), true), raised);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofARequestInATunnelOfItsOwnStream(boolean raised) throws Exception {
        MeshFixture mesh = judging(http2Application().address(), raised);
        RequestPeer peer = opened(new RequestPeer(
                mesh.loops, mesh.tunnelPort(), mesh.authority.issue("web", MeshFixture.LIFETIME, mesh.bundles), true));
        assertHttp2(peer.ask(forApplication(mesh, large2()), true), raised);
        assertHttp2(peer.ask(forApplication(mesh, many2()), true), raised);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofTrailers(boolean raised) throws Exception {
        RequestPeer caller = calling(routed(http2Application().address(), Hint.HTTP2, raised).mesh);
        Http2Headers trailers = RequestPeer.fields();
        for (int i = 0; i < FIELDS; i++) {
            trailers.add("x-last", "y");
        }
        RequestPeer.Asked asked = caller.ask(http2(), false);
        assertThat(asked.next()).isEqualTo(":status=200");
        asked.trailers(trailers);
        assertThat(asked.next()).isEqualTo(raised ? "x-trailer=last" : "reset ENHANCE_YOUR_CALM");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofACallersRequestOfHttp1(boolean raised) throws Exception {
        MeshFixture mesh = routed(opened(HttpApplication.ok("hello")).address(), Hint.HTTP1, raised).mesh;
        assertHttp1(mesh, http1(large()), raised);
        assertHttp1(mesh, http1(many()), raised);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofACallersRequestOfHttp2(boolean raised) throws Exception {
        RequestPeer caller = calling(routed(http2Application().address(), Hint.HTTP2, raised).mesh);
        assertHttp2(caller.ask(large2(), true), raised);
        assertHttp2(caller.ask(many2(), true), raised);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofACallOutsideThatIsJudgedByItsHost(boolean raised) throws Exception {
        HttpApplication outside = opened(HttpApplication.ok("hello"));
        MeshFixture mesh = opened(new MeshFixture(outside.address(), flags(raised)));
        mesh.web.directory().update(outside.address(), new Route.NotInMesh());
        OutsideRules.allow(mesh, new EgressTarget.Host(new HostPattern("api.shop"), Set.of()));
        mesh.outboundDestination = outside.address();
        try (HttpCaller caller = new HttpCaller(mesh)) {
            if (raised) {
                caller.say(http1(large()) + http1(many()));
                assertThat(caller.response().status()).isEqualTo(200);
                assertThat(caller.response().status()).isEqualTo(200);
            } else {
                caller.say(http1(many()));
                Waiting.until("refused", () -> mesh.web.metrics().text().contains("code=\"WEFT-H061\""));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofAResponseOfHttp1(boolean raised) throws Exception {
        HttpApplication application =
                opened(HttpApplication.saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + large() + many() + "\r\n"));
        try (HttpCaller caller =
                routed(application.address(), Hint.HTTP1, raised).caller()) {
            assertThat(caller.get("/").status()).isEqualTo(raised ? 200 : 502);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofAResponseOfHttp2(boolean raised) throws Exception {
        Http2Application application = http2Application();
        String expected = raised ? ":status=200 x-large=x" : ":status=502 weft-code=WEFT-H086";
        Http2Headers asks = http2().path("/head/" + OCTETS_OF_RESPONSE);
        RequestPeer streamed = calling(routed(application.address(), Hint.HTTP2, raised).mesh);
        assertThat(streamed.ask(asks, true).next()).startsWith(expected);
        RequestPeer judged = calling(judging(application.address(), raised));
        assertThat(judged.ask(asks, true).next()).startsWith(expected);
    }

    @Test
    void isAnnouncedToCallersOfHttp2() throws Exception {
        MeshFixture mesh = routed(http2Application().address(), Hint.HTTP2, true).mesh;
        try (Socket socket = mesh.connect()) {
            socket.getOutputStream().write(Frames.PREFACE.toString().getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(new byte[] {0, 0, 0, Frames.SETTINGS, 0, 0, 0, 0, 0});
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int entries = (in.readUnsignedByte() << 16 | in.readUnsignedShort()) / 6;
            assertThat(in.readUnsignedByte()).isEqualTo(Frames.SETTINGS);
            in.skipNBytes(5);
            List<String> said = new ArrayList<>();
            for (int i = 0; i < entries; i++) {
                said.add(in.readUnsignedShort() + "=" + in.readInt());
            }
            assertThat(said).contains(Frames.SETTINGS_MAX_HEADER_LIST_SIZE + "=" + 128 * 1024);
        }
    }

    /** A field of 4 KB is in the tunnel's header table, so that each head of 110 KB comes in some 30 octets. */
    @Test
    void largeHeadsOfOpenRequestsAreBoundedInAll() throws Exception {
        MeshFixture mesh = judging(http2Application().address(), true);
        RequestPeer peer = opened(new RequestPeer(
                mesh.loops, mesh.tunnelPort(), mesh.authority.issue("web", MeshFixture.LIFETIME, mesh.bundles), true));
        String value = "v".repeat(4000);
        List<RequestPeer.Asked> all = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            Http2Headers head = forApplication(mesh, http2().path("/silent"));
            for (int j = 0; j < 28; j++) {
                head.add("accept", value);
            }
            all.add(peer.ask(head, true));
        }
        Waiting.until("the bound", () -> all.stream().anyMatch(asked -> !asked.events.isEmpty()));
        List<String> answers = all.stream()
                .flatMap(asked -> asked.events.stream())
                .filter(event -> event.startsWith(":status"))
                .toList();
        assertThat(answers).isNotEmpty().hasSizeLessThan(all.size());
        assertThat(answers).allSatisfy(answer -> assertThat(answer).contains("weft-code=WEFT-D032"));
        Waiting.until("less than the bound", () -> mesh.api.registry().held() <= (64L << 20));
        assertThat(peer.isOpen()).isTrue();
    }

    @Test
    void theHeadOfAnOpenRequestOfHttp1CountsAtBothSidecars() throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        HttpApplication application = opened(new HttpApplication((_, connection) -> {
            try {
                answers.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return HttpApplication.say(connection, HttpApplication.response("200 OK", "hello"));
        }));
        MeshFixture mesh = routed(application.address(), Hint.HTTP1, true).mesh;
        mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/"))));
        try (HttpCaller caller = new HttpCaller(mesh)) {
            caller.say(http1(large()));
            Waiting.until(
                    "counted",
                    () -> mesh.web.registry().held() >= 2 * OCTETS
                            && mesh.api.registry().held() >= 2 * OCTETS);
            answers.countDown();
            assertThat(caller.response().status()).isEqualTo(200);
            Waiting.until(
                    "given back",
                    () -> mesh.web.registry().held() == 0 && mesh.api.registry().held() == 0);
        }
    }
}
