package dev.weft.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.CertifyRequest;
import dev.weft.api.v1.CertifyResponse;
import dev.weft.api.v1.IdentityGrpc;
import dev.weft.api.v1.MeshGrpc;
import dev.weft.api.v1.RefusedCall;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import dev.weft.daemon.refusal.Refusals;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.identity.FakeControlPlane;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client against grpc-java, which the control plane is made with. */
class GrpcJavaTest {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final BlockingQueue<StreamObserver<CertifyResponse>> certifications = new LinkedBlockingQueue<>();
    private final BlockingQueue<CertifyRequest> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<Deadline> deadlines = new LinkedBlockingQueue<>();
    private final BlockingQueue<StreamObserver<WatchResponse>> watches = new LinkedBlockingQueue<>();
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private FakeControlPlane authority;
    private Credentials credentials;
    private GrpcJavaServer server;
    private ControlTarget target;
    private ControlClient client;

    @BeforeEach
    void start() throws Exception {
        authority = new FakeControlPlane(group);
        credentials = authority.credentials(FakeControlPlane.WORKLOAD);
        server = new GrpcJavaServer(authority.svid(FakeControlPlane.ID), List.of(new Identity(), new Mesh()));
        target = new ControlTarget("127.0.0.1", server.port(), FakeControlPlane.ID, 0);
        client = new ControlClient(group.next(), target);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        authority.close();
        group.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).sync();
    }

    @Test
    void certifiesWithADeadlineThatTheServerKnows() throws Exception {
        CompletableFuture<CertifyResponse> answer = client.certify(request(), credentials.client());
        StreamObserver<CertifyResponse> call = take(certifications);
        assertThat(take(requests)).isEqualTo(request());
        assertThat(take(deadlines).timeRemaining(TimeUnit.MILLISECONDS)).isBetween(10_000L, 20_250L);
        CertifyResponse response = CertifyResponse.newBuilder()
                .addCertificateChain(ByteString.copyFrom(new byte[100_000]))
                .build();
        call.onNext(response);
        call.onCompleted();
        assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(response);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OK")
    void hearsEveryStatusWithItsReason(RpcException.Code code) throws Exception {
        CompletableFuture<CertifyResponse> answer = client.certify(request(), credentials.client());
        Status status = Status.Code.valueOf(code.name()).toStatus().withDescription("größer 100 % + mehr\nlines");
        take(certifications).onError(status.asRuntimeException());
        assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        RpcException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessage(code + ": größer 100 % + mehr\nlines");
    }

    @Test
    void hearsWhenToTryAgain() throws Exception {
        CompletableFuture<CertifyResponse> answer = client.certify(request(), credentials.client());
        Metadata trailers = new Metadata();
        trailers.put(Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER), "1500");
        take(certifications).onError(Status.RESOURCE_EXHAUSTED.asRuntimeException(trailers));
        assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS))
                .satisfies(
                        failure -> assertThat(RpcException.retryAfter(failure)).contains(Duration.ofMillis(1500)));
    }

    @Test
    void hearsWhyItIsRefused() throws Exception {
        RefusedCall sent = RefusedCall.newBuilder()
                .setCode("WEFT-C070")
                .setWhat("the machine was revoked; so was its token")
                .setLasts(true)
                .build();
        assertThat(refusal("as text", sent.toByteArray())).contains(sent);
    }

    @Test
    void hearsWhyAnEarlierControlPlaneRefusesIt() throws Exception {
        assertThat(refusal("WEFT-C002: the join token is unknown or has been used", null))
                .hasValueSatisfying(read -> {
                    assertThat(read.getWhat()).isEqualTo("the join token is unknown or has been used");
                    assertThat(read.getLasts()).isTrue();
                });
    }

    @Test
    void keepsTheTextOfARefusalThatItCannotRead() throws Exception {
        for (byte[] bytes : new byte[][] {{1, 2, 3}, new byte[Refusals.MAX_BYTES + 1], new byte[9000]}) {
            assertThat(refusal("WEFT-C007: too many", bytes))
                    .hasValueSatisfying(read -> assertThat(read.getCode()).isEqualTo("WEFT-C007"));
        }
        assertThat(refusal("the disk is full", new byte[] {1, 2, 3})).isEmpty();
    }

    private Optional<RefusedCall> refusal(String text, byte @Nullable [] message) throws Exception {
        CompletableFuture<CertifyResponse> answer = client.certify(request(), credentials.client());
        Metadata trailers = new Metadata();
        if (message != null) {
            trailers.put(Metadata.Key.of(Refusals.TRAILER, Metadata.BINARY_BYTE_MARSHALLER), message);
        }
        take(certifications)
                .onError(Status.PERMISSION_DENIED.withDescription(text).asRuntimeException(trailers));
        ExecutionException failure =
                catchThrowableOfType(ExecutionException.class, () -> answer.get(30, TimeUnit.SECONDS));
        assertThat(failure.getCause()).hasMessage("PERMISSION_DENIED: " + text);
        return ((RpcException) Objects.requireNonNull(failure.getCause())).refusal();
    }

    @Test
    void refusesAnAnswerThatIsTooLong() throws Exception {
        CompletableFuture<CertifyResponse> answer = client.certify(request(), credentials.client());
        StreamObserver<CertifyResponse> call = take(certifications);
        call.onNext(CertifyResponse.newBuilder()
                .addCertificateChain(ByteString.copyFrom(new byte[200_000]))
                .build());
        call.onCompleted();
        assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS)).hasMessageContaining("RESOURCE_EXHAUSTED");
    }

    @Test
    void givesUpAServerThatDoesNotAnswer() throws Exception {
        ControlClient impatient = new ControlClient(group.next(), target, Duration.ofSeconds(5), Duration.ofMinutes(1));
        CompletableFuture<CertifyResponse> answer = impatient.certify(request(), credentials.client());
        assertThat(take(certifications)).isNotNull();
        assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS)).hasMessageContaining("DEADLINE_EXCEEDED");
    }

    @Test
    void saysSoWhenTheServiceIsMissing() throws Exception {
        try (GrpcJavaServer empty = new GrpcJavaServer(authority.svid(FakeControlPlane.ID), List.of())) {
            ControlClient other = new ControlClient(
                    group.next(), new ControlTarget("127.0.0.1", empty.port(), FakeControlPlane.ID, 0));
            assertThatThrownBy(
                            () -> other.certify(request(), credentials.client()).get(30, TimeUnit.SECONDS))
                    .hasMessageContaining("UNIMPLEMENTED");
        }
    }

    @Test
    void watchesInBothDirectionsUntilTheServerEnds() throws Exception {
        MeshStream stream = watch();
        assertThat(take(events)).isEqualTo("open");
        StreamObserver<WatchResponse> server = take(watches);
        WatchRequest hello =
                FirstRequests.requests("shop/web", "1", Map.of(), List.of()).getFirst();
        client.loop().execute(() -> stream.send(hello));
        assertThat(take(events)).isEqualTo(hello);
        for (int i = 0; i < 50; i++) {
            WatchResponse response = Resources.response(i, Resources.destination("10.0.0.1:" + i, "v".repeat(100_000)));
            server.onNext(response);
            assertThat(take(events)).isEqualTo(response);
        }
        server.onError(
                Status.PERMISSION_DENIED.withDescription("another workload").asRuntimeException());
        assertThat(take(events)).isEqualTo("end PERMISSION_DENIED: another workload");
    }

    @Test
    void tellsTheServerWhenItLeaves() throws Exception {
        MeshStream stream = watch();
        assertThat(take(events)).isEqualTo("open");
        assertThat(take(watches)).isNotNull();
        stream.close();
        assertThat(take(events)).isEqualTo("left");
    }

    @Test
    void hearsOfAServerThatStops() throws Exception {
        watch();
        assertThat(take(events)).isEqualTo("open");
        assertThat(take(watches)).isNotNull();
        server.close();
        List<Object> last = List.of(take(events), take(events));
        assertThat(last).anySatisfy(event -> assertThat(event.toString()).startsWith("end UNAVAILABLE"));
    }

    /** As one that is frozen: its machine answers, and nothing comes, not even in answer to a ping. */
    @Test
    void givesUpAServerThatSaysNothingAnyMore() throws Exception {
        try (FreezingRelay relay = new FreezingRelay(server.port())) {
            ControlTarget frozen = new ControlTarget("127.0.0.1", relay.port(), FakeControlPlane.ID, 0);
            client = new ControlClient(group.next(), frozen, Duration.ofSeconds(20), Duration.ofSeconds(1));
            watch();
            assertThat(take(events)).isEqualTo("open");
            assertThat(take(watches)).isNotNull();
            relay.freeze();
            Object ended = take(events);
            if (ended.equals("left")) { // the server hears of it first
                ended = take(events);
            }
            assertThat(ended).isEqualTo("end UNAVAILABLE: the connection to the control plane was lost");
        }
    }

    /** A server of gRPC pings only a client that is silent, and sidecars with traffic report every few seconds. */
    @Test
    void keepsAServerThatOnlyListens() throws Exception {
        client = new ControlClient(group.next(), target, Duration.ofSeconds(20), Duration.ofSeconds(2));
        watch();
        assertThat(take(events)).isEqualTo("open");
        assertThat(take(watches)).isNotNull();
        assertThat(events.poll(5, TimeUnit.SECONDS)).isNull();
    }

    private MeshStream watch() throws Exception {
        return CompletableFuture.supplyAsync(() -> client.watch(credentials.client(), new Events()), client.loop())
                .get(30, TimeUnit.SECONDS);
    }

    private static CertifyRequest request() {
        return CertifyRequest.newBuilder().setJoinToken("token").build();
    }

    private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
        return Objects.requireNonNull(queue.poll(20, TimeUnit.SECONDS), "nothing came in 20 s");
    }

    private final class Events implements MeshStream.Listener {
        @Override
        public void onOpen(MeshStream of) {
            events.add("open");
        }

        @Override
        public void onResponse(MeshStream of, WatchResponse response) {
            events.add(response);
        }

        @Override
        public void onEnd(MeshStream of, RpcException failure) {
            events.add("end " + failure.getMessage());
        }
    }

    private final class Identity extends IdentityGrpc.IdentityImplBase {
        @Override
        public void certify(CertifyRequest request, StreamObserver<CertifyResponse> response) {
            requests.add(request);
            deadlines.add(Context.current().getDeadline());
            certifications.add(response);
        }
    }

    private final class Mesh extends MeshGrpc.MeshImplBase {
        @Override
        public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> responses) {
            watches.add(responses);
            return new StreamObserver<>() {
                @Override
                public void onNext(WatchRequest request) {
                    events.add(request);
                }

                @Override
                public void onError(Throwable left) {
                    events.add("left");
                }

                @Override
                public void onCompleted() {
                    events.add("completed");
                }
            };
        }
    }
}
