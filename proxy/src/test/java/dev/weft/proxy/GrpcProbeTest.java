package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.AuthorizationPolicy;
import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.InboundMode;
import dev.weft.api.v1.PolicySet;
import dev.weft.api.v1.PortScope;
import dev.weft.api.v1.ProbeExemption;
import dev.weft.testing.Waiting;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** gRPC probes in plaintext, by the reference implementation, and what else its callers may ask for. */
@Timeout(60)
class GrpcProbeTest {
    private static final MethodDescriptor<byte[], byte[]> CHECK = method("grpc.health.v1.Health/Check");
    private static final MethodDescriptor<byte[], byte[]> OTHER = method("grpc.health.v1.Health/List");

    private static final byte[] SERVING = {8, 1};

    private final AtomicInteger others = new AtomicInteger();
    private Server server;
    private MeshFixture mesh;

    private static MethodDescriptor<byte[], byte[]> method(String name) {
        return GrpcEcho.method("Get", MethodDescriptor.MethodType.UNARY).toBuilder()
                .setFullMethodName(name)
                .build();
    }

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(MeshFixture.LOOPBACK, 0))
                .addService(ServerServiceDefinition.builder("grpc.health.v1.Health")
                        .addMethod(CHECK, ServerCalls.asyncUnaryCall((asked, answer) -> {
                            answer.onNext(SERVING);
                            answer.onCompleted();
                        }))
                        .addMethod(OTHER, ServerCalls.asyncUnaryCall((asked, answer) -> {
                            others.incrementAndGet();
                            answer.onNext(asked);
                            answer.onCompleted();
                        }))
                        .build())
                .build()
                .start();
        mesh = new MeshFixture(new InetSocketAddress(MeshFixture.LOOPBACK, server.getPort()));
    }

    @AfterEach
    void stop() throws Exception {
        mesh.close();
        server.shutdownNow();
        server.awaitTermination();
    }

    private void inbound(InboundMode mode, DefaultDecision decision, AuthorizationPolicy... policies) {
        PolicySet.Builder set = PolicySet.newBuilder().setDefaultDecision(decision);
        for (AuthorizationPolicy policy : policies) {
            set.addPolicies(policy);
        }
        mesh.api.inbound(mesh.inbound(mesh.inboundMessage(mode, set)
                .setPortScope(PortScope.PORT_SCOPE_ALL)
                .addProbes(ProbeExemption.newBuilder().setPort(server.getPort()).setGrpc(true))));
    }

    /** Calls once from a connection of its own, as a kubelet does. */
    private byte[] call(MethodDescriptor<byte[], byte[]> method) {
        ManagedChannel channel = NettyChannelBuilder.forAddress(new InetSocketAddress(
                        MeshFixture.LOOPBACK,
                        Objects.requireNonNull(mesh.api.ports()).inbound()))
                .usePlaintext()
                .userAgent("kube-probe/1.35")
                .build();
        try {
            return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, new byte[] {10, 1, 'a'});
        } finally {
            channel.shutdownNow();
        }
    }

    private void fails(MethodDescriptor<byte[], byte[]> method, Status.Code code) {
        assertThatThrownBy(() -> call(method))
                .isInstanceOf(StatusRuntimeException.class)
                .extracting(e -> ((StatusRuntimeException) e).getStatus().getCode())
                .isEqualTo(code);
    }

    @Test
    void aStrictWorkloadLetsTheHealthCheckThroughAndNoOtherCall() {
        fails(CHECK, Status.Code.UNAVAILABLE);
        inbound(InboundMode.INBOUND_MODE_STRICT, DefaultDecision.DEFAULT_DECISION_AUTHENTICATED);
        assertThat(call(CHECK)).isEqualTo(SERVING);
        assertThatThrownBy(() -> call(OTHER)).isInstanceOf(StatusRuntimeException.class);
        Waiting.until("the end", () -> mesh.api.registry().sessions().isEmpty());
        assertThat(others).hasValue(0);
        assertThat(call(CHECK)).isNotEmpty();
        assertThat(mesh.api.metrics().text()).contains("plaintext=\"probe\"");
    }

    @Test
    void theHealthCheckIsExemptWhereRequestsAreJudged() {
        inbound(
                InboundMode.INBOUND_MODE_PERMISSIVE,
                DefaultDecision.DEFAULT_DECISION_AUTHENTICATED,
                Requests.policy(POLICY_ACTION_ALLOW, true, Requests.path("/orders")));
        assertThat(call(CHECK)).isNotEmpty();
        fails(OTHER, Status.Code.PERMISSION_DENIED);
        mesh.api.inbound(Requests.inbound(
                mesh,
                InboundMode.INBOUND_MODE_PERMISSIVE,
                Requests.policy(POLICY_ACTION_ALLOW, true, Requests.path("/orders"))));
        fails(CHECK, Status.Code.PERMISSION_DENIED);
        assertThat(others).hasValue(0);
    }

    /** What a strict workload would let through does not keep anybody from making it strict. */
    @Test
    void theHealthCheckIsNoEdgeWhereAllPlaintextIsAdmitted() {
        inbound(InboundMode.INBOUND_MODE_PERMISSIVE, DefaultDecision.DEFAULT_DECISION_ANYONE);
        assertThat(call(CHECK)).isNotEmpty();
        Waiting.until("the end", () -> mesh.api.registry().sessions().isEmpty());
        assertThat(mesh.api.edges().with(mesh.api.registry().sessions())).isEmpty();
        assertThat(call(OTHER)).isNotEmpty();
        Waiting.until("the end", () -> mesh.api.registry().sessions().isEmpty());
        assertThat(mesh.api.edges().with(mesh.api.registry().sessions())).hasSize(1);
    }
}
