package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.InboundMode;
import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import dev.weft.testing.Waiting;
import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of connections of HTTP when a sidecar stops: they end in order, and none is cut. */
@Timeout(90)
class DrainTest {
    /** Longer than any test waits: no session is cut because the machine is slow. */
    private static final String GRACE = "--drain-grace=60s";

    private final CountDownLatch answered = new CountDownLatch(1);

    /** An application whose requests for /slow wait until {@link #answered}. */
    private HttpApplication application() throws IOException {
        return new HttpApplication((head, connection) -> {
            if (head.startsWith("GET /slow")) {
                try {
                    answered.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            return HttpApplication.say(connection, HttpApplication.response("200 OK", "ok"));
        });
    }

    private static Thread drain(Workload workload) {
        return Thread.startVirtualThread(() -> {
            try {
                workload.drain();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** The workload has stopped, before any session had to be cut. */
    private static void stopped(MeshFixture mesh, Thread draining, String name) throws Exception {
        draining.join();
        (name.equals("web") ? mesh.web : mesh.api).close(); // its log is complete
        assertThat(mesh.accessLog(name)).doesNotContain("WEFT-D018").contains("session ended");
    }

    @Test
    void judgedConnectionsOfHttp1EndAfterTheirLastResponse() throws Exception {
        try (HttpApplication application = application();
                MeshFixture mesh = new MeshFixture(application.address(), GRACE)) {
            mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/"))));
            Thread draining;
            try (HttpCaller idle = new HttpCaller(mesh);
                    HttpCaller silent = new HttpCaller(mesh);
                    HttpCaller busy = new HttpCaller(mesh)) {
                assertThat(idle.get("/").head()).doesNotContain("close");
                assertThat(busy.get("/").status()).isEqualTo(200);
                busy.say("GET /slow HTTP/1.1\r\nHost: api\r\n\r\nGET /slow HTTP/1.1\r\nHost: api\r\n\r\n");
                Waiting.until("sessions", () -> mesh.api.registry().sessions().size() == 3);
                Waiting.until("request", () -> application.requests.get() == 3);

                draining = drain(mesh.api);
                assertThat(idle.rest()).isEmpty();
                assertThat(silent.rest()).isEmpty();
                busy.say("GET /late HTTP/1.1\r\nHost: api\r\n\r\n");
                answered.countDown();
                assertThat(busy.response().head()).startsWith("HTTP/1.1 200").doesNotContain("close");
                HttpCaller.Response last = busy.response();
                assertThat(last.head()).startsWith("HTTP/1.1 200").contains("Connection: close\r\n");
                assertThat(last.body()).isEqualTo("ok");
                assertThat(busy.rest()).isEmpty();
            }
            stopped(mesh, draining, "api");
            assertThat(application.requests).hasValue(4);
            assertThat(mesh.api.registry().tunnels()).isZero();
        }
    }

    @Test
    void aJudgedConnectionInPlaintextEndsInOrderToo() throws Exception {
        try (HttpApplication application = application();
                MeshFixture mesh = new MeshFixture(application.address(), GRACE)) {
            mesh.api.inbound(Requests.inbound(
                    mesh,
                    InboundMode.INBOUND_MODE_PERMISSIVE,
                    Requests.policy(POLICY_ACTION_ALLOW, true, Requests.path("/"))));
            Thread draining;
            try (HttpCaller caller = new HttpCaller(mesh.plaintext())) {
                assertThat(caller.get("/").status()).isEqualTo(200);
                draining = drain(mesh.api);
                assertThat(caller.rest()).isEmpty();
            }
            stopped(mesh, draining, "api");
        }
    }

    @Test
    void aJudgedStreamOfGrpcContinuesToItsEnd() throws Exception {
        try (GrpcEcho server = new GrpcEcho();
                MeshFixture mesh = new MeshFixture(server.address(), GRACE)) {
            mesh.api.inbound(Requests.strict(
                    mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.grpc(GrpcEcho.SERVICE, "Watch"))));
            streamContinuesToItsEnd(mesh, mesh.api, "api");
        }
    }

    @Test
    void anApplicationsOwnStreamOfGrpcContinuesToItsEnd() throws Exception {
        try (GrpcEcho server = new GrpcEcho();
                MeshFixture mesh = new MeshFixture(server.address(), GRACE)) {
            mesh.route(new Route.ToEndpoints(List.of(
                    new Route.Endpoint(server.address(), mesh.authority.id("api"), mesh.tunnelPort(), 1, Hint.HTTP2))));
            streamContinuesToItsEnd(mesh, mesh.web, "web");
        }
    }

    private static void streamContinuesToItsEnd(MeshFixture mesh, Workload stopping, String name) throws Exception {
        ManagedChannel channel = NettyChannelBuilder.forAddress(new InetSocketAddress(
                        MeshFixture.LOOPBACK,
                        Objects.requireNonNull(mesh.web.ports()).outbound()))
                .usePlaintext()
                .overrideAuthority("orders.shop")
                .build();
        try {
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            StreamObserver<byte[]> open = ClientCalls.asyncBidiStreamingCall(
                    channel.newCall(GrpcEcho.method("Watch"), CallOptions.DEFAULT), GrpcEcho.noting(heard));
            open.onNext(new byte[1]);
            assertThat(heard.take()).isEqualTo("1 octets");
            Thread draining = drain(stopping);
            Waiting.until("GOAWAY", () -> channel.getState(false) == ConnectivityState.IDLE);
            open.onNext(new byte[2]);
            assertThat(heard.take()).isEqualTo("2 octets");
            open.onCompleted();
            assertThat(heard.take()).isEqualTo("OK");
            stopped(mesh, draining, name);
        } finally {
            channel.shutdownNow();
            channel.awaitTermination(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void anApplicationsOwnConnectionsOfHttp1EndAfterTheirLastResponse() throws Exception {
        try (HttpApplication a = application();
                HttpApplication b = application();
                BalancedMesh mesh = new BalancedMesh(new HttpApplication[] {a, b}, GRACE)) {
            Thread draining;
            try (HttpCaller idle = asked(mesh);
                    HttpCaller busy = asked(mesh)) {
                busy.say("GET /slow HTTP/1.1\r\nHost: api\r\n\r\nGET /late HTTP/1.1\r\nHost: api\r\n\r\n");
                Waiting.until("request", () -> a.requests.get() + b.requests.get() == 3);
                draining = drain(mesh.mesh.web);
                assertThat(idle.rest()).isEmpty();
                answered.countDown();
                HttpCaller.Response last = busy.response();
                assertThat(last.head()).startsWith("HTTP/1.1 200").contains("Connection: close\r\n");
                assertThat(last.body()).isEqualTo("ok");
                assertThat(busy.rest()).isEmpty();
            }
            stopped(mesh.mesh, draining, "web");
            assertThat(a.requests.get() + b.requests.get()).isEqualTo(3);
        }
    }

    /** A connection that has said at once that it is HTTP/1.1. */
    private static HttpCaller asked(BalancedMesh mesh) throws IOException {
        HttpCaller caller = mesh.caller();
        assertThat(caller.get("/").head()).startsWith("HTTP/1.1 200").doesNotContain("close");
        return caller;
    }

    @Test
    void anApplicationMayCallWhileItAnswers() throws Exception {
        try (HttpApplication a = application();
                HttpApplication b = application();
                BalancedMesh mesh = new BalancedMesh(new HttpApplication[] {a, b}, GRACE)) {
            mesh.mesh.inboundDestination = a.address();
            mesh.mesh.web.inbound(Requests.inbound(
                    mesh.mesh,
                    InboundMode.INBOUND_MODE_PERMISSIVE,
                    Requests.policy(POLICY_ACTION_ALLOW, true, Requests.path("/"))));
            Thread draining;
            try (HttpCaller idle = new HttpCaller(inbound(mesh));
                    HttpCaller busy = new HttpCaller(inbound(mesh));
                    HttpCaller own = asked(mesh)) {
                assertThat(idle.get("/").status()).isEqualTo(200);
                busy.say("GET /slow HTTP/1.1\r\nHost: api\r\n\r\n");
                Waiting.until("request", () -> a.requests.get() + b.requests.get() == 3);
                draining = drain(mesh.mesh.web);
                assertThat(idle.rest()).isEmpty();
                assertThat(own.get("/").head()).startsWith("HTTP/1.1 200").doesNotContain("close");
                answered.countDown();
                assertThat(busy.response().head()).contains("Connection: close\r\n");
                assertThat(own.rest()).isEmpty();
            }
            stopped(mesh.mesh, draining, "web");
        }
    }

    private static Socket inbound(BalancedMesh mesh) throws IOException {
        Socket socket = new Socket(
                MeshFixture.LOOPBACK,
                Objects.requireNonNull(mesh.mesh.web.ports()).inbound());
        socket.setSoTimeout(30_000);
        return socket;
    }
}
