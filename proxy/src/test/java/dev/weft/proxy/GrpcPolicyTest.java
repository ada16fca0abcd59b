package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_AUDIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.Waiting;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls of gRPC from one workload to another, by the reference implementation, judged one by one on their way. */
@Timeout(60)
class GrpcPolicyTest {
    private static final String SERVICE = "shop.v1.Orders";
    private static final Metadata.Key<String> CLIENT_ID =
            Metadata.Key.of("weft-client-id", Metadata.ASCII_STRING_MARSHALLER);

    private final Queue<String> identities = new ConcurrentLinkedQueue<>();
    private Server server;
    private MeshFixture mesh;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(MeshFixture.LOOPBACK, 0))
                .addService(ServerServiceDefinition.builder(SERVICE)
                        .addMethod(
                                GrpcEcho.method("Get"),
                                identified(ServerCalls.asyncBidiStreamingCall(GrpcPolicyTest::echo)))
                        .addMethod(
                                GrpcEcho.method("Watch"),
                                identified(ServerCalls.asyncBidiStreamingCall(GrpcPolicyTest::echo)))
                        .addMethod(
                                GrpcEcho.method("Delete"),
                                identified(ServerCalls.asyncBidiStreamingCall(GrpcPolicyTest::echo)))
                        .build())
                .build()
                .start();
        mesh = new MeshFixture(new InetSocketAddress(MeshFixture.LOOPBACK, server.getPort()));
        channel = NettyChannelBuilder.forAddress(new InetSocketAddress(
                        MeshFixture.LOOPBACK,
                        Objects.requireNonNull(mesh.web.ports()).outbound()))
                .usePlaintext()
                .overrideAuthority("orders.shop")
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        channel.shutdownNow();
        mesh.close();
        server.shutdownNow();
        server.awaitTermination();
    }

    private static StreamObserver<byte[]> echo(StreamObserver<byte[]> out) {
        return new StreamObserver<>() {
            @Override
            public void onNext(byte[] message) {
                out.onNext(message);
            }

            @Override
            public void onError(Throwable thrown) {}

            @Override
            public void onCompleted() {
                out.onCompleted();
            }
        };
    }

    private ServerCallHandler<byte[], byte[]> identified(ServerCallHandler<byte[], byte[]> next) {
        return new ServerCallHandler<>() {
            @Override
            public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], byte[]> call, Metadata headers) {
                Iterable<String> all = headers.getAll(CLIENT_ID);
                if (all != null) {
                    all.forEach(identities::add);
                }
                return next.startCall(call, headers);
            }
        };
    }

    private ClientCall<byte[], byte[]> call(String method) {
        return channel.newCall(GrpcEcho.method(method), CallOptions.DEFAULT);
    }

    private byte[] unary(String method, byte[] message) {
        return ClientCalls.blockingUnaryCall(
                channel,
                GrpcEcho.method(method).toBuilder()
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .build(),
                CallOptions.DEFAULT,
                message);
    }

    private void allow(String... methods) {
        mesh.api.inbound(
                Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.grpc(SERVICE, methods))));
    }

    @Test
    void callsAreJudgedByTheirMethods() {
        allow("Get");
        for (int i = 0; i < 20; i++) {
            assertThat(unary("Get", new byte[i * 1000])).hasSize(i * 1000);
            assertThatThrownBy(() -> unary("Delete", new byte[10_000]))
                    .isInstanceOf(StatusRuntimeException.class)
                    .extracting(e -> ((StatusRuntimeException) e).getStatus().getCode())
                    .isEqualTo(Status.Code.PERMISSION_DENIED);
        }
        assertThat(identities).hasSize(20).containsOnly(mesh.authority.id("web").toString());
        assertThat(mesh.web.registry().sessions()).hasSize(1);
        assertThat(mesh.api.metrics().text())
                .contains("weft_requests_total{protocol=\"grpc\",status=\"2xx\",decision=\"deny\"} 20");
    }

    @Test
    void anAuditPolicyRecordsCallsAndRefusesNone() {
        mesh.api.inbound(
                Requests.strict(mesh, Requests.policy(POLICY_ACTION_AUDIT, false, Requests.grpc(SERVICE, "Get"))));
        assertThat(unary("Get", new byte[5])).hasSize(5);
        assertThat(unary("Delete", new byte[5])).hasSize(5);
        Waiting.until("logged", () -> log().contains("\"path\":\"/shop.v1.Orders/Delete\""));
        assertThat(mesh.api.metrics().text()).contains("weft_policy_audited_total{policy=\"shop/requests\"} 1");
        assertThat(identities).as("the application's bytes are the caller's").isEmpty();
    }

    @Test
    void aMessageLargerThanAllWindowsPasses() {
        allow("Get");
        byte[] message = new byte[3 << 20];
        new java.util.Random(3).nextBytes(message);
        assertThat(java.util.Arrays.equals(unary("Get", message), message)).isTrue();
    }

    @Test
    void responsesThatStreamPass() {
        allow("Watch");
        Iterator<byte[]> answers = ClientCalls.blockingServerStreamingCall(
                channel,
                GrpcEcho.method("Watch").toBuilder()
                        .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                        .build(),
                CallOptions.DEFAULT,
                new byte[] {1});
        assertThat(answers.next()).containsExactly(1);
        assertThat(answers.hasNext()).isFalse();
    }

    @Test
    void anOpenStreamEndsWhenPolicyChangesAndAnotherGoesOn() throws Exception {
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
        Waiting.until("logged", () -> log().contains("\"path\":\"/shop.v1.Orders/Watch\""));
    }

    @Test
    void whereHttpIsDeclaredCallsAreReadAndAPolicyEndsOnlyThoseThatItDoesNotAllow() throws Exception {
        mesh.api.inbound(Requests.declared(mesh));
        BlockingQueue<String> watch = new LinkedBlockingQueue<>();
        BlockingQueue<String> get = new LinkedBlockingQueue<>();
        StreamObserver<byte[]> watching = ClientCalls.asyncBidiStreamingCall(call("Watch"), GrpcEcho.noting(watch));
        StreamObserver<byte[]> getting = ClientCalls.asyncBidiStreamingCall(call("Get"), GrpcEcho.noting(get));
        watching.onNext(new byte[1]);
        getting.onNext(new byte[1]);
        assertThat(watch.take()).isEqualTo("1 octets");
        assertThat(get.take()).isEqualTo("1 octets");
        assertThat(identities).hasSize(2).containsOnly(mesh.authority.id("web").toString());
        mesh.api.inbound(
                Requests.declared(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.grpc(SERVICE, "Get"))));
        assertThat(watch.take()).isEqualTo("PERMISSION_DENIED");
        getting.onNext(new byte[2]);
        assertThat(get.take()).isEqualTo("2 octets");
        getting.onCompleted();
        assertThat(get.take()).isEqualTo("OK");
        assertThat(unary("Get", new byte[3])).hasSize(3);
        assertThat(mesh.api.registry().sessions()).as("the same connection").hasSize(1);
        assertThat(mesh.api.metrics().text())
                .contains("weft_requests_total{protocol=\"grpc\",status=\"2xx\",decision=\"allow\"} 2")
                .doesNotContain("WEFT-D033");
    }

    private String log() {
        try {
            return mesh.accessLog("api");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
