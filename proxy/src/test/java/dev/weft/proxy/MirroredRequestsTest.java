package dev.weft.proxy;

import static dev.weft.proxy.RoutedMesh.any;
import static dev.weft.proxy.RoutedMesh.change;
import static dev.weft.proxy.RoutedMesh.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.FieldChange;
import dev.weft.api.v1.RequestRoutes;
import dev.weft.api.v1.RouteBackend;
import dev.weft.api.v1.RouteChanges;
import dev.weft.api.v1.RouteMirror;
import dev.weft.api.v1.RouteRule;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.route.Mirror;
import dev.weft.proxy.tunnel.RequestPeer;
import dev.weft.testing.Waiting;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Copies of requests, in HTTP/1.1, HTTP/2 and gRPC: who is asked to answer never waits for who gets a copy. */
@Timeout(60)
class MirroredRequestsTest {
    private static final int MANY = 40 * 1024 * 1024;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final BlockingQueue<String> copied = new LinkedBlockingQueue<>();

    private <T extends AutoCloseable> T opened(T resource) {
        open.add(resource);
        return resource;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
    }

    /** Reads a body of the length that the head says, and answers with this one. */
    private HttpApplication application(String body, @Nullable BlockingQueue<String> requests) throws IOException {
        return opened(new HttpApplication((head, connection) -> {
            String said = body(head, connection.getInputStream());
            if (requests != null) {
                requests.add(head + said);
            }
            return HttpApplication.say(connection, HttpApplication.response("200 OK", body));
        }));
    }

    private static String body(String head, InputStream in) throws IOException {
        if (head.contains("chunked")) {
            return HttpApplication.head(in);
        }
        int at = head.indexOf("Content-Length: ");
        int length = at < 0 ? 0 : Integer.parseInt(head.substring(at + 16, head.indexOf("\r\n", at)));
        long left = length > 1024 ? length : 0;
        while (left > 0) {
            left -= in.readNBytes((int) Math.min(left, 64 * 1024)).length;
        }
        return length > 1024 ? "" : new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    private RoutedMesh mesh(InetSocketAddress own, InetSocketAddress mirror, int share, RouteChanges.Builder changes)
            throws IOException {
        RoutedMesh mesh = opened(new RoutedMesh(own));
        RouteBackend.Builder shadow = mesh.backend(1, mirror).setWeight(0).setChanges(changes);
        RouteRule.Builder rule = to(RoutedMesh.self())
                .setChanges(RouteChanges.newBuilder().addRequest(change(FieldChange.Kind.SET, "x-of-rule", "1")))
                .addMirrors(RouteMirror.newBuilder().setBackend(shadow).setShareMillionths(share));
        mesh.routes(RequestRoutes.newBuilder().addMatches(any()).addRules(rule));
        return mesh;
    }

    private static void until(RoutedMesh mesh, String result, int count) {
        String line = "\nweft_caller_copies_total{result=\"" + result + "\"} " + count + "\n";
        Waiting.until(line, () -> mesh.mesh.web.metrics().text().contains(line));
    }

    private String nextCopy() throws InterruptedException {
        String next = copied.poll(20, TimeUnit.SECONDS);
        return next == null ? "none" : next;
    }

    @Test
    void aCopyHasTheHeadTheBodyAndTheChangesAndItsResponseIsDropped() throws Exception {
        HttpApplication own = application("own", null);
        HttpApplication mirror = application("mirror", copied);
        RoutedMesh mesh = mesh(
                own.address(),
                mirror.address(),
                Mirror.ALL,
                RouteChanges.newBuilder().addRequest(change(FieldChange.Kind.ADD, "x-of-mirror", "2")));
        try (HttpCaller caller = mesh.caller()) {
            assertThat(caller.post("/a?b", "the body").body()).isEqualTo("own");
            assertThat(nextCopy())
                    .isEqualTo("POST /a?b HTTP/1.1\r\nHost: api.shop\r\nContent-Length: 8\r\nx-of-rule: 1\r\n"
                            + "x-of-mirror: 2\r\n\r\nthe body");
            until(mesh, "answered", 1);
            caller.say("POST /c HTTP/1.1\r\nHost: api.shop\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n");
            caller.say("abc\r\n0\r\nx-last: 1\r\n\r\n");
            assertThat(caller.response().body()).isEqualTo("own");
            assertThat(nextCopy()).endsWith("3\r\nabc\r\n0\r\nx-last: 1\r\n\r\n");
            until(mesh, "answered", 2);
            assertThat(mirror.connections).as("a session is used again").hasValue(1);
        }
        assertThat(mesh.mesh.web.metrics().text()).contains("status=\"2xx\"} 2\n");
    }

    @Test
    void aMirrorThatTakesNothingDelaysNoRequestAndIsGivenUp() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        HttpApplication own = application("own", null);
        HttpApplication mirror = opened(new HttpApplication((_, _) -> {
            try {
                boolean _ = done.await(60, TimeUnit.SECONDS);
                return false;
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }));
        RoutedMesh mesh = mesh(own.address(), mirror.address(), Mirror.ALL, RouteChanges.newBuilder());
        try (HttpCaller caller = mesh.caller()) {
            assertThat(caller.post("/", "x".repeat(MANY)).body()).isEqualTo("own");
            until(mesh, "given-up", 1);
            assertThat(caller.get("/").body()).isEqualTo("own");
        } finally {
            done.countDown();
        }
    }

    @Test
    void aMirrorThatIsNotThereHarmsNoRequest() throws Exception {
        HttpApplication own = application("own", null);
        RoutedMesh mesh = mesh(own.address(), MeshFixture.NOWHERE, Mirror.ALL, RouteChanges.newBuilder());
        try (HttpCaller caller = mesh.caller()) {
            assertThat(caller.post("/", "body").body()).isEqualTo("own");
            until(mesh, "failed", 1);
            mesh.backend(1);
            assertThat(caller.post("/", "body").body()).isEqualTo("own");
            until(mesh, "failed", 2);
        }
    }

    @Test
    void aMirrorWithoutAShareAndAnotherProtocolHaveNoCopies() throws Exception {
        HttpApplication own = application("own", null);
        HttpApplication mirror = application("mirror", copied);
        RoutedMesh mesh = mesh(own.address(), mirror.address(), 0, RouteChanges.newBuilder());
        try (HttpCaller caller = mesh.caller()) {
            assertThat(caller.get("/").body()).isEqualTo("own");
        }
        RoutedMesh all = mesh(own.address(), mirror.address(), Mirror.ALL, RouteChanges.newBuilder());
        try (HttpCaller caller = all.caller()) {
            caller.say("GET / HTTP/1.1\r\nHost: api.shop\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
            assertThat(caller.response().body()).isEqualTo("own");
            assertThat(caller.get("/last").body()).isEqualTo("own");
        }
        assertThat(nextCopy()).startsWith("GET /last ");
        assertThat(mirror.requests).hasValue(1);
    }

    @Test
    void anEndpointWithoutASidecarHasNoCopies() throws Exception {
        HttpApplication own = application("own", null);
        HttpApplication mirror = application("mirror", copied);
        RoutedMesh mesh = mesh(own.address(), mirror.address(), Mirror.ALL, RouteChanges.newBuilder());
        mesh.mesh
                .web
                .directory()
                .update(
                        RoutedMesh.address(1),
                        new Route.ToEndpoints(List.of(new Route.Endpoint(mirror.address(), null, 0, 1))));
        try (HttpCaller caller = mesh.caller()) {
            assertThat(caller.get("/").body()).isEqualTo("own");
        }
        until(mesh, "failed", 1);
        assertThat(mirror.connections).hasValue(0);
    }

    @Test
    void aLineOfTheAccessLogTellsOfACopy() throws Exception {
        HttpApplication own = application("own", null);
        RoutedMesh mesh = opened(new RoutedMesh(own.address(), "--access-log-calls=true"));
        mesh.routes(RequestRoutes.newBuilder()
                .addMatches(any())
                .addRules(to(RoutedMesh.self())
                        .addMirrors(RouteMirror.newBuilder()
                                .setBackend(mesh.backend(1, own.address()))
                                .setShareMillionths(Mirror.ALL))));
        try (HttpCaller caller = mesh.caller()) {
            assertThat(caller.get("/orders?token=secret").body()).isEqualTo("own");
        }
        Waiting.until("the line", () -> mesh.mesh.accessLog("web").contains("\"message\":\"copy sent\""));
        assertThat(mesh.mesh.accessLog("web"))
                .contains("\"path\":\"/orders\",\"status\":200,\"grpcStatus\":null,\"complete\":true")
                .doesNotContain("secret");
    }

    private static Http2Headers head(String path) {
        return RequestPeer.fields(
                ":method",
                "POST",
                ":scheme",
                "http",
                ":path",
                path,
                ":authority",
                "x",
                "content-type",
                "application/grpc",
                "te",
                "trailers");
    }

    private RequestPeer caller(RoutedMesh mesh) throws Exception {
        return opened(new RequestPeer(
                mesh.mesh.loops, Objects.requireNonNull(mesh.mesh.web.ports()).outbound()));
    }

    @Test
    void aCallOfGrpcIsCopiedWithItsMessagesAndTrailers() throws Exception {
        Http2Application own = opened(new Http2Application());
        Http2Application mirror = opened(new Http2Application());
        RoutedMesh mesh = mesh(
                own.address(),
                mirror.address(),
                Mirror.ALL,
                RouteChanges.newBuilder().addRequest(change(FieldChange.Kind.ADD, "x-of-mirror", "2")));
        RequestPeer.Asked call = caller(mesh).ask(head("/s.S/Get"), false);
        assertThat(call.next()).isEqualTo(":status=200");
        call.send(new byte[100_000], false).trailers(RequestPeer.fields("x-last", "1"));
        assertThat(mirror.nextHead()).contains(":path=/s.S/Get", "x-of-rule=1", "x-of-mirror=2", "weft-client-id=");
        assertThat(own.nextHead()).contains("x-of-rule=1").doesNotContain("x-of-mirror");
        assertThat(call.nextButData()).contains("x-trailer=last");
        assertThat(mirror.nextHead()).isEqualTo("trailers 1");
        assertThat(mirror.nextEnd()).isEqualTo("end");
        assertThat(mirror.taken).hasValue(100_000);
        until(mesh, "answered", 1);
    }

    @Test
    void aMirrorOfHttp2ThatTakesNothingDelaysNoRequestAndIsGivenUp() throws Exception {
        Http2Application own = opened(new Http2Application());
        Http2Application mirror = opened(new Http2Application());
        RoutedMesh mesh = mesh(
                own.address(),
                mirror.address(),
                Mirror.ALL,
                RouteChanges.newBuilder().setFullPath("/silent"));
        RequestPeer.Asked call = caller(mesh).ask(head("/s.S/Get"), false);
        assertThat(call.next()).isEqualTo(":status=200");
        call.send(new byte[4 * 1024 * 1024], true);
        assertThat(call.nextButData()).contains("x-trailer=last");
        until(mesh, "given-up", 1);
        assertThat(mirror.nextEnd()).isEqualTo("reset CANCEL");
    }

    @Test
    void aCallThatIsBrokenOffEndsItsCopy() throws Exception {
        Http2Application own = opened(new Http2Application());
        Http2Application mirror = opened(new Http2Application());
        RoutedMesh mesh = mesh(own.address(), mirror.address(), Mirror.ALL, RouteChanges.newBuilder());
        RequestPeer.Asked call = caller(mesh).ask(head("/s.S/Watch"), false);
        assertThat(call.next()).isEqualTo(":status=200");
        assertThat(mirror.nextHead()).contains(":path=/s.S/Watch");
        call.reset(ErrorCode.CANCEL);
        assertThat(mirror.nextEnd()).isEqualTo("reset CANCEL");
        until(mesh, "given-up", 1);
    }
}
