package dev.weft.proxy.control;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.weft.api.v1.CertifyRequest;
import dev.weft.api.v1.CertifyResponse;
import dev.weft.api.v1.IssueJwtRequest;
import dev.weft.api.v1.IssueJwtResponse;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Makes calls to the control plane, each on its own connection. Failures are {@link RpcException}. */
public final class ControlClient {
    private static final String CERTIFY = "/weft.v1.Identity/Certify";
    private static final String ISSUE_JWT = "/weft.v1.Identity/IssueJwt";
    private static final String WATCH = "/weft.v1.Mesh/Watch";
    /** Most bytes of an answer with a certificate chain. */
    private static final int MAX_CERTIFY = 128 * 1024;
    /** Most bytes of an answer with a token. */
    private static final int MAX_JWT = 16 * 1024;
    /** Most bytes of one response on the Watch stream. */
    private static final int MAX_WATCH = 4 * 1024 * 1024;

    private static final Duration CALL_DEADLINE = Duration.ofSeconds(20);
    /**
     * Longest time without data from the server. After a third and two thirds of it the client pings. A frozen process
     * needs this: its machine still answers keepalive probes, so only pings notice it.
     */
    private static final Duration MOST_SILENCE = Duration.ofSeconds(90);

    /**
     * How much longer the server's deadline is than the client's. Otherwise the server's reset, which says less, may
     * arrive first.
     */
    private static final Duration MARGIN = Duration.ofMillis(250);

    private final EventLoop loop;
    private final ControlTarget target;
    private final ControlConnector connector;
    private final Duration callDeadline;

    /** Creates a client whose connections live on {@code loop} and whose results arrive there. */
    public ControlClient(EventLoop loop, ControlTarget target) {
        this(loop, target, CALL_DEADLINE, MOST_SILENCE);
    }

    ControlClient(EventLoop loop, ControlTarget target, Duration callDeadline, Duration mostSilence) {
        this.callDeadline = callDeadline;
        this.loop = loop;
        this.target = target;
        this.connector = new ControlConnector(loop, target, mostSilence);
    }

    /** Returns the loop on which results arrive. */
    public EventLoop loop() {
        return loop;
    }

    /** Requests a signed certificate, with a deadline of 20 s. */
    public CompletableFuture<CertifyResponse> certify(CertifyRequest request, SslContext tls) {
        return call(CERTIFY, request, MAX_CERTIFY, CertifyResponse.parser(), tls);
    }

    /** Requests a signed token, with a deadline of 20 s. */
    public CompletableFuture<IssueJwtResponse> issueJwt(IssueJwtRequest request, SslContext tls) {
        return call(ISSUE_JWT, request, MAX_JWT, IssueJwtResponse.parser(), tls);
    }

    private <T> CompletableFuture<T> call(
            String method, MessageLite request, int maxAnswer, Parser<T> parser, SslContext tls) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            begin(method, request, maxAnswer, new UnaryListener<>(parser, result), tls);
        } catch (RejectedExecutionException e) {
            // The loop has ended, and with it the timer that would end the call.
            result.completeExceptionally(new RpcException(
                    RpcException.Code.UNAVAILABLE, "control plane " + target + ": the proxy stops", e));
        }
        return result;
    }

    private <T> void begin(
            String method, MessageLite request, int maxAnswer, UnaryListener<T> listener, SslContext tls) {
        CompletableFuture<T> result = listener.result;
        long end = System.nanoTime() + callDeadline.toNanos();
        ScheduledFuture<?> deadline = loop.schedule(
                () -> result.completeExceptionally(new RpcException(
                        RpcException.Code.DEADLINE_EXCEEDED,
                        "control plane " + target + " did not answer in " + callDeadline)),
                callDeadline.toMillis(),
                TimeUnit.MILLISECONDS);
        connect(tls, (connection, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
            } else if (result.isDone()) {
                connection.close(ErrorCode.NO_ERROR);
            } else {
                var _ = result.whenCompleteAsync((_, _) -> connection.close(ErrorCode.NO_ERROR), loop);
                // The server gets only the time that is left, so that it does not work, or use up a token, for a call
                // that has ended.
                Duration left = Duration.ofNanos(Math.max(end - System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(1)));
                open(connection, method, left.plus(MARGIN), maxAnswer, listener).send(request, true);
            }
        });
        var _ = result.whenComplete((_, _) -> deadline.cancel(false));
    }

    /** Opens the Watch stream. The listener's {@code onEnd} is called once, even if the stream never opens. */
    public MeshStream watch(SslContext tls, MeshStream.Listener listener) {
        MeshStream stream = new MeshStream(loop, listener);
        connect(tls, (connection, failure) -> {
            if (failure != null) {
                stream.ended(failure);
            } else if (stream.isClosed()) {
                connection.close(ErrorCode.NO_ERROR);
            } else {
                stream.opened(open(connection, WATCH, null, MAX_WATCH, stream), connection);
            }
        });
        return stream;
    }

    /**
     * Connects and calls back on the event loop. It also starts there, so that the connection cannot be lost in
     * between.
     */
    private void connect(SslContext tls, BiConsumer<Http2Connection, @Nullable Throwable> done) {
        if (loop.inEventLoop()) {
            var _ = connector.connect(tls).whenComplete(done);
        } else {
            loop.execute(() -> connect(tls, done));
        }
    }

    private GrpcStream open(
            Http2Connection connection,
            String method,
            @Nullable Duration timeout,
            int maxMessage,
            GrpcStream.Listener listener) {
        return GrpcStream.open(connection, target.toString(), method, timeout, maxMessage, listener);
    }

    private static final class UnaryListener<T> implements GrpcStream.Listener {
        private final Parser<T> parser;
        private final CompletableFuture<T> result;
        private byte @Nullable [] answer;

        UnaryListener(Parser<T> parser, CompletableFuture<T> result) {
            this.parser = parser;
            this.result = result;
        }

        @Override
        public void onMessage(byte[] message) {
            answer = message;
        }

        @Override
        public void onEnd(RpcException end) {
            byte[] message = answer;
            if (end.code() != RpcException.Code.OK || message == null) {
                result.completeExceptionally(end);
                return;
            }
            try {
                result.complete(parser.parseFrom(message));
            } catch (InvalidProtocolBufferException e) {
                result.completeExceptionally(
                        new RpcException(RpcException.Code.INTERNAL, "the answer is malformed: " + e.getMessage(), e));
            }
        }
    }
}
