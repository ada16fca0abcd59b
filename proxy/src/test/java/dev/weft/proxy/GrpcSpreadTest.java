package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.tunnel.RequestPeer;
import dev.weft.proxy.tunnel.server.RawServer;
import dev.weft.testing.Waiting;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls of one connection of gRPC to a Service of three replicas, by the reference implementation. */
@Timeout(60)
class GrpcSpreadTest {
    private static final int CALLS = 300;
    private static final int AT_A_TIME = 60;

    private final List<GrpcEcho> servers = new ArrayList<>();
    private final List<Workload> sidecars = new ArrayList<>();
    private MeshFixture mesh;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        for (int i = 0; i < 3; i++) {
            servers.add(new GrpcEcho());
        }
        mesh = new MeshFixture(servers.getFirst().address());
        sidecars.add(mesh.api);
        for (int i = 1; i < 3; i++) {
            Workload more = mesh.workload("api", 0);
            mesh.start(more, "api", MeshFixture.LIFETIME);
            sidecars.add(more);
        }
        Waiting.until("listeners", () -> sidecars.stream().allMatch(sidecar -> sidecar.ports() != null));
        List<Route.Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            endpoints.add(endpoint(
                    servers.get(i).address(),
                    Objects.requireNonNull(sidecars.get(i).ports()).tunnel()));
        }
        mesh.route(new Route.ToEndpoints(endpoints));
        channel = NettyChannelBuilder.forAddress(new InetSocketAddress(
                        MeshFixture.LOOPBACK,
                        Objects.requireNonNull(mesh.web.ports()).outbound()))
                .usePlaintext()
                .overrideAuthority("orders.shop")
                .build();
    }

    private Route.Endpoint endpoint(InetSocketAddress address, int tunnelPort) {
        return new Route.Endpoint(address, mesh.authority.id("api"), tunnelPort, 1, Hint.HTTP2);
    }

    @AfterEach
    void stop() throws Exception {
        channel.shutdownNow();
        channel.awaitTermination(10, TimeUnit.SECONDS);
        for (Workload sidecar : sidecars.subList(1, sidecars.size())) {
            sidecar.close();
        }
        mesh.close();
        servers.forEach(GrpcEcho::close);
    }

    private byte[] unary(String method, byte[] message) {
        return ClientCalls.blockingUnaryCall(
                channel, GrpcEcho.method(method, MethodType.UNARY), CallOptions.DEFAULT, message);
    }

    private ClientCall<byte[], byte[]> call(String method) {
        return channel.newCall(GrpcEcho.method(method), CallOptions.DEFAULT);
    }

    private void allow(String... methods) {
        sidecars.forEach(sidecar -> sidecar.inbound(Requests.strict(
                mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.grpc(GrpcEcho.SERVICE, methods)))));
    }

    @Test
    void callsAreCountedByTheCallersSidecar() throws Exception {
        for (int i = 0; i < 6; i++) {
            unary("Get", new byte[] {1});
        }
        String calls = "weft_caller_requests_total{destination=\"10.96.0.1:80\","
                + "service=\"none\",protocol=\"grpc\",status=\"2xx\"} 6\n";
        Waiting.until(calls, () -> mesh.web.metrics().text().contains(calls));
        assertThat(mesh.web.edges().with(List.of())).singleElement().satisfies(edge -> {
            assertThat(edge.getSpiffeId()).isEqualTo(mesh.authority.id("api").toString());
            assertThat(edge.getRequests(0).getProtocol()).isEqualTo("grpc");
            assertThat(edge.getRequests(0).getByClass(2)).isEqualTo(6);
        });
        Waiting.until("none open", () -> mesh.web.metrics().text().contains("\nweft_caller_requests_open 0\n"));
    }

    /** Some at a time, so that each replica's part does not hang on how fast its first answers were. */
    @Test
    void oneConnectionSpreadsOverAllReplicas() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        List<String> all = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            ClientCalls.asyncUnaryCall(
                    channel.newCall(GrpcEcho.method("Get", MethodType.UNARY), CallOptions.DEFAULT),
                    new byte[100],
                    GrpcEcho.noting(heard));
            if (i >= AT_A_TIME) {
                all.add(heard.take());
                all.add(heard.take());
            }
        }
        while (all.size() < 2 * CALLS) {
            all.add(heard.take());
        }
        assertThat(all).containsOnly("100 octets", "OK");
        assertThat(servers.stream().mapToInt(server -> server.calls.get()).sum())
                .isEqualTo(CALLS);
        assertThat(servers).allSatisfy(server -> assertThat(server.calls.get()).isGreaterThanOrEqualTo(CALLS / 50));
        assertThat(mesh.web.registry().sessions()).as("of the application").hasSize(1);
        assertThat(sidecars)
                .allSatisfy(sidecar -> assertThat(sidecar.registry().sessions())
                        .hasSize(1)
                        .allSatisfy(
                                session -> assertThat(session.peerIdentity()).isEqualTo(mesh.authority.id("web"))));
    }

    @Test
    void aReplicaThatPushesBackIsLeftAloneForSoLong() {
        GrpcEcho first = servers.getFirst();
        first.pushback = "3600000";
        Waiting.until("a call there", () -> {
            tryToCall();
            return first.calls.get() > 0;
        });
        int before = first.calls.get();
        for (int i = 0; i < 60; i++) {
            unary("Get", new byte[] {1});
        }
        assertThat(first.calls).hasValue(before);
        assertThat(mesh.web.metrics().text()).contains("\nweft_balancer_ejections_total{reason=\"retry-later\"} 1\n");
    }

    private void tryToCall() {
        try {
            unary("Get", new byte[] {1});
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        }
    }

    @Test
    void allKindsOfCallsPass() throws Exception {
        byte[] message = new byte[3 << 20];
        new Random(3).nextBytes(message);
        assertThat(Arrays.equals(unary("Get", message), message))
                .as("larger than all windows")
                .isTrue();
        Iterator<byte[]> answers = ClientCalls.blockingServerStreamingCall(
                channel, GrpcEcho.method("Watch", MethodType.SERVER_STREAMING), CallOptions.DEFAULT, new byte[] {1});
        assertThat(answers.next()).containsExactly(1);
        assertThat(answers.hasNext()).isFalse();
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        StreamObserver<byte[]> both = ClientCalls.asyncBidiStreamingCall(call("Get"), GrpcEcho.noting(heard));
        for (int i = 1; i <= 100; i++) {
            both.onNext(new byte[i]);
            assertThat(heard.take()).isEqualTo(i + " octets");
        }
        both.onCompleted();
        assertThat(heard.take()).isEqualTo("OK");
        BlockingQueue<String> last = new LinkedBlockingQueue<>();
        StreamObserver<byte[]> saying = ClientCalls.asyncClientStreamingCall(
                channel.newCall(GrpcEcho.method("Get", MethodType.CLIENT_STREAMING), CallOptions.DEFAULT),
                GrpcEcho.noting(last));
        saying.onNext(new byte[7]);
        saying.onCompleted();
        assertThat(last.take()).isEqualTo("7 octets");
        assertThat(last.take()).isEqualTo("OK");
    }

    @Test
    void aDeadlineEndsACallAtTheServer() throws Exception {
        unary("Get", new byte[1]);
        // A call that ends before it is at the server is not cancelled there.
        Waiting.until("cancelled", () -> {
            endsByItsDeadline();
            return servers.stream().anyMatch(server -> !server.cancelled.isEmpty());
        });
    }

    private void endsByItsDeadline() {
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(
                        channel,
                        GrpcEcho.method("Silent", MethodType.UNARY),
                        CallOptions.DEFAULT.withDeadlineAfter(500, TimeUnit.MILLISECONDS),
                        new byte[1]))
                .isInstanceOf(StatusRuntimeException.class)
                .extracting(e -> ((StatusRuntimeException) e).getStatus().getCode())
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }

    /** A caller that says how long it waits, and then waits for ever. */
    @Test
    void aDeadlineEndsACallThatItsCallerDoesNotEnd() throws Exception {
        int port = Objects.requireNonNull(mesh.web.ports()).outbound();
        try (RequestPeer caller = new RequestPeer(mesh.loops, port)) {
            Waiting.until("a call that was at its server", () -> {
                assertThat(caller.ask(silentFor("700m"), true).next())
                        .contains(":status=200", "grpc-status=4", "weft-code=WEFT-H052", "700 ms");
                return servers.stream().anyMatch(server -> !server.cancelled.isEmpty());
            });
        }
    }

    private static Http2Headers silentFor(String deadline) {
        return RequestPeer.fields(
                ":method",
                "POST",
                ":scheme",
                "http",
                ":authority",
                "orders.shop",
                ":path",
                "/" + GrpcEcho.SERVICE + "/Silent",
                "content-type",
                "application/grpc",
                "te",
                "trailers",
                "grpc-timeout",
                deadline);
    }

    @Test
    void callsGoOnWhileReplicasEnd() {
        for (int i = 0; i < 50; i++) {
            unary("Get", new byte[1]);
        }
        servers.get(0).drain();
        for (int i = 0; i < 50; i++) {
            unary("Get", new byte[1]);
        }
        int before = servers.get(0).calls.get();
        servers.get(1).close();
        for (int i = 0; i < 50; i++) {
            unary("Get", new byte[1]);
        }
        assertThat(servers.get(0).calls).hasValue(before);
        assertThat(servers.get(2).calls.get()).isGreaterThan(50);
    }

    @Test
    void anEmptyServiceIsUnavailableAndComesBack() {
        unary("Get", new byte[1]);
        Route.Endpoint gone = endpoint(servers.getFirst().address(), mesh.tunnelPort());
        mesh.route(new Route.ToEndpoints(List.of(), Hint.HTTP2));
        assertThatThrownBy(() -> unary("Get", new byte[1]))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("is ready")
                .extracting(e -> ((StatusRuntimeException) e).getStatus().getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
        mesh.route(new Route.ToEndpoints(List.of(gone)));
        assertThat(unary("Get", new byte[1])).hasSize(1);
    }

    @Test
    void aChangeOfPolicyEndsAnOpenCallAndAnotherGoesOn() throws Exception {
        allow("Watch", "Get");
        BlockingQueue<String> watch = new LinkedBlockingQueue<>();
        BlockingQueue<String> get = new LinkedBlockingQueue<>();
        StreamObserver<byte[]> watching = ClientCalls.asyncBidiStreamingCall(call("Watch"), GrpcEcho.noting(watch));
        StreamObserver<byte[]> getting = ClientCalls.asyncBidiStreamingCall(call("Get"), GrpcEcho.noting(get));
        watching.onNext(new byte[1]);
        getting.onNext(new byte[1]);
        assertThat(watch.take()).isEqualTo("1 octets");
        assertThat(get.take()).isEqualTo("1 octets");
        allow("Get");
        assertThat(watch.take()).isEqualTo("PERMISSION_DENIED");
        getting.onNext(new byte[2]);
        assertThat(get.take()).isEqualTo("2 octets");
        getting.onCompleted();
        assertThat(get.take()).isEqualTo("OK");
        assertThatThrownBy(() -> unary("Watch", new byte[10_000]))
                .isInstanceOf(StatusRuntimeException.class)
                .extracting(e -> ((StatusRuntimeException) e).getStatus().getCode())
                .isEqualTo(Status.Code.PERMISSION_DENIED);
    }

    /** What such a peer is, ztunnel or an older sidecar: a session of bytes goes to it, begun by CONNECT. */
    @Test
    void aSidecarThatDoesNotSayThatItTakesRequestsGetsTheConnection() throws Exception {
        try (RawServer old =
                new RawServer(mesh.loops, mesh.authority.issue("api", MeshFixture.LIFETIME, mesh.bundles), false)) {
            mesh.route(new Route.ToEndpoints(List.of(endpoint(servers.getFirst().address(), old.port()))));
            try (Socket socket = mesh.connect()) {
                byte[] said = (Frames.PREFACE + "whatever").getBytes(StandardCharsets.US_ASCII);
                socket.getOutputStream().write(said);
                assertThat(socket.getInputStream().readNBytes(said.length)).isEqualTo(said);
            }
        }
    }

    @Test
    void amongOthersSuchASidecarGetsNoRequests() throws Exception {
        unary("Get", new byte[1]);
        try (RawServer old =
                new RawServer(mesh.loops, mesh.authority.issue("api", MeshFixture.LIFETIME, mesh.bundles), false)) {
            mesh.route(new Route.ToEndpoints(List.of(
                    endpoint(servers.get(1).address(), old.port()),
                    endpoint(servers.get(0).address(), mesh.tunnelPort()))));
            for (int i = 0; i < 50; i++) {
                assertThat(unary("Get", new byte[1])).hasSize(1);
            }
        }
    }

    @Test
    void anApplicationThatBreaksTheProtocolEndsItsConnection() throws Exception {
        try (Socket socket = mesh.connect()) {
            socket.getOutputStream().write((Frames.PREFACE + "whatever").getBytes(StandardCharsets.US_ASCII));
            Waiting.until("the refusal", () -> mesh.web.metrics().text().contains("code=\"WEFT-H020\"} 1"));
            Waiting.until("ended", () -> mesh.web.registry().sessions().isEmpty());
        }
    }
}
