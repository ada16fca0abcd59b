package dev.weft.control.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.api.v1.CertifyRequest;
import dev.weft.api.v1.CertifyResponse;
import dev.weft.api.v1.IdentityGrpc;
import dev.weft.api.v1.RefusedCall;
import dev.weft.daemon.refusal.Refusals;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Refusals as they come over a real connection. */
final class RefusedExceptionTest {

    private static final Reason GONE = Reason.lasting("WEFT-C070", Status.Code.PERMISSION_DENIED);
    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of(Refusals.TRAILER, Metadata.BINARY_BYTE_MARSHALLER);

    private Consumer<StreamObserver<CertifyResponse>> answer = caller -> {};
    private Optional<RefusedException> atTheDoor = Optional.empty();
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new IdentityGrpc.IdentityImplBase() {
                    @Override
                    public void certify(CertifyRequest request, StreamObserver<CertifyResponse> caller) {
                        answer.accept(caller);
                    }
                })
                .intercept(new ServerInterceptor() {
                    @Override
                    public <Q, R> ServerCall.Listener<Q> interceptCall(
                            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                        if (atTheDoor.isEmpty()) {
                            return next.startCall(call, headers);
                        }
                        return atTheDoor.get().close(call);
                    }
                })
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()))
                .usePlaintext()
                .build();
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow();
        server.shutdownNow().awaitTermination(20, TimeUnit.SECONDS);
        channel.awaitTermination(20, TimeUnit.SECONDS);
    }

    private StatusRuntimeException failure() {
        return catchThrowableOfType(
                StatusRuntimeException.class,
                () -> IdentityGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(20, TimeUnit.SECONDS)
                        .certify(CertifyRequest.getDefaultInstance()));
    }

    private static Metadata details(byte[] bytes) {
        Metadata trailers = new Metadata();
        trailers.put(DETAILS, bytes);
        return trailers;
    }

    @Test
    void arrivesAsItWasMade() {
        RefusedException refused = new RefusedException(GONE, "machine größer; 1f was revoked", "join again; or not");
        answer = caller -> caller.onError(refused);

        StatusRuntimeException failure = failure();

        assertThat(RefusedException.read(failure))
                .contains(RefusedCall.newBuilder()
                        .setCode("WEFT-C070")
                        .setWhat("machine größer; 1f was revoked")
                        .setAdvice("join again; or not")
                        .setLasts(true)
                        .build());
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(failure.getStatus().getDescription())
                .isEqualTo("WEFT-C070: machine größer, 1f was revoked; join again; or not");
    }

    @Test
    void arrivesFromTheDoorToo() {
        atTheDoor = Optional.of(new RefusedException(GONE.as(Status.Code.ABORTED), "no"));

        StatusRuntimeException failure = failure();

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
        assertThat(RefusedException.read(failure))
                .hasValueSatisfying(read -> assertThat(read.getLasts()).isTrue());
    }

    @Test
    void saysWhenToTryAgain() {
        answer = caller -> caller.onError(new RefusedException(GONE, "busy").retryAfter(Duration.ofMillis(1500)));

        assertThat(failure().getTrailers())
                .extracting(trailers ->
                        trailers.get(Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER)))
                .isEqualTo("1500");
    }

    @Test
    void arrivesAsTextWhereItIsTooLong() {
        String what = "x".repeat(Refusals.MAX_BYTES);
        answer = caller -> caller.onError(new RefusedException(GONE, what, "wait"));

        StatusRuntimeException failure = failure();

        assertThat(failure.getTrailers())
                .extracting(trailers -> trailers.containsKey(DETAILS))
                .isEqualTo(false);
        assertThat(RefusedException.read(failure)).hasValueSatisfying(read -> {
            assertThat(read.getWhat()).isEqualTo(what);
            assertThat(read.getAdvice()).isEqualTo("wait");
        });
    }

    @Test
    void isReadOfAnEarlierControlPlaneThatSendsTextAlone() {
        answer = caller -> caller.onError(Status.NOT_FOUND
                .withDescription("WEFT-C071: no token 1f; 'weft token list' has those there are")
                .asRuntimeException());

        assertThat(RefusedException.read(failure())).hasValueSatisfying(read -> {
            assertThat(read.getCode()).isEqualTo("WEFT-C071");
            assertThat(read.getAdvice()).isEqualTo("'weft token list' has those there are");
        });
    }

    @Test
    void isReadAsTextWhereTheMessageIsMalformedOrTooLong() {
        for (byte[] bytes : new byte[][] {{1, 2, 3}, new byte[Refusals.MAX_BYTES + 1]}) {
            answer = caller -> caller.onError(
                    Status.ABORTED.withDescription("WEFT-C028: over").asRuntimeException(details(bytes)));
            assertThat(RefusedException.read(failure()))
                    .hasValueSatisfying(read -> assertThat(read.getCode()).isEqualTo("WEFT-C028"));
        }
    }

    @Test
    void otherFailuresAreNone() {
        answer = caller ->
                caller.onError(Status.INTERNAL.withDescription("boom").asRuntimeException(details(new byte[] {9})));

        assertThat(RefusedException.read(failure())).isEmpty();
    }
}
