package dev.weft.proxy.control;

import com.google.protobuf.MessageLite;
import dev.weft.daemon.refusal.Refusals;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One gRPC call: messages with five octets before each, and the status in the trailers. */
final class GrpcStream implements StreamListener {
    private static final int MAX_REASON = 1024;
    /** Longer times until a retry are cut to this: a faulty server must not stop a client for good. */
    static final Duration MOST_RESPITE = Duration.ofMinutes(1);

    private static final Pattern MILLIS = Pattern.compile("[0-9]{1,9}");
    /** Characters of Base64, which takes a third more than the bytes that it holds. */
    private static final int MAX_DETAILS = 2 * Refusals.MAX_BYTES;

    /**
     * Gets what arrives, on the event loop. {@code onEnd} is called once and last, with code OK for a successful call.
     */
    interface Listener {
        void onMessage(byte[] message);

        void onEnd(RpcException end);
    }

    private final Listener listener;
    private final GrpcMessages received;
    private @Nullable Http2Stream stream;
    private boolean ended;

    private GrpcStream(int maxMessage, Listener listener) {
        this.listener = listener;
        this.received = new GrpcMessages(maxMessage);
    }

    /**
     * Opens a call.
     *
     * @param method "/package.Service/Method"
     * @param timeout after which the server may give up
     */
    static GrpcStream open(
            Http2Connection connection,
            String authority,
            String method,
            @Nullable Duration timeout,
            int maxMessage,
            Listener listener) {
        GrpcStream call = new GrpcStream(maxMessage, listener);
        Http2Headers headers = new DefaultHttp2Headers()
                .method("POST")
                .scheme("https")
                .path(method)
                .authority(authority)
                .add("te", "trailers")
                .add("content-type", "application/grpc")
                .add("user-agent", "weft-proxy");
        if (timeout != null) {
            headers.add("grpc-timeout", timeout.toMillis() + "m");
        }
        call.stream = connection.open(headers, false, call);
        return call;
    }

    /** Sends a message; {@code last} ends the request. */
    void send(MessageLite message, boolean last) {
        if (ended) {
            return;
        }
        stream().sendData(GrpcMessages.frame(message), last);
    }

    @Override
    public void onHeaders(Http2Headers headers, boolean endStream) {
        CharSequence status = headers.status();
        if (status != null && !"200".contentEquals(status)) {
            fail(RpcException.Code.UNAVAILABLE, "HTTP status " + status + " (expected: 200)");
        } else if (endStream) {
            CharSequence code = headers.get("grpc-status");
            if (code == null) {
                end(RpcException.Code.UNKNOWN, "the stream ended without grpc-status");
            } else {
                String reason = reason(headers.get("grpc-message"));
                end(new RpcException(
                        RpcException.Code.of(code),
                        reason,
                        retryAfter(headers.get("grpc-retry-pushback-ms")),
                        Refusals.read(binary(headers.get(Refusals.TRAILER)), reason)));
            }
        }
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
        int n = data.readableBytes();
        received.add(data);
        data.release();
        stream().consume(n);
        try {
            for (byte[] message = received.poll(); message != null && !ended; message = received.poll()) {
                listener.onMessage(message);
            }
        } catch (GrpcMessages.UnacceptableException e) {
            fail(RpcException.Code.RESOURCE_EXHAUSTED, String.valueOf(e.getMessage()));
            return;
        }
        if (endStream) {
            end(RpcException.Code.UNKNOWN, "the stream ended without grpc-status");
        }
    }

    @Override
    public void onReset(ErrorCode code) {
        String what = code == ErrorCode.CONNECT_ERROR
                ? "the connection to the control plane was lost"
                : "the control plane reset the stream: " + code;
        end(RpcException.Code.UNAVAILABLE, what);
    }

    @Override
    public void onWritable() {}

    private void fail(RpcException.Code code, String reason) {
        if (!ended) {
            stream().reset(ErrorCode.CANCEL);
            end(code, reason);
        }
    }

    private void end(RpcException.Code code, String reason) {
        end(new RpcException(code, reason));
    }

    private void end(RpcException end) {
        if (!ended) {
            ended = true;
            listener.onEnd(end);
        }
    }

    private Http2Stream stream() {
        return Objects.requireNonNull(stream, "stream");
    }

    /** Returns when the server wants a retry (gRFC A6); empty if the header is absent or malformed. */
    static Optional<Duration> retryAfter(@Nullable CharSequence pushback) {
        if (pushback == null || !MILLIS.matcher(pushback).matches()) {
            return Optional.empty();
        }
        Duration wanted = Duration.ofMillis(Long.parseLong(pushback.toString()));
        return Optional.of(wanted.compareTo(MOST_RESPITE) > 0 ? MOST_RESPITE : wanted);
    }

    /** Returns the value of a header whose name ends in -bin; null if it is absent, too long, or not Base64. */
    private static byte @Nullable [] binary(@Nullable CharSequence base64) {
        if (base64 == null || base64.length() > MAX_DETAILS) {
            return null;
        }
        try {
            return Base64.getDecoder().decode(base64.toString());
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static String reason(@Nullable CharSequence percentEncoded) {
        if (percentEncoded == null) {
            return "without a reason";
        }
        String text = percentEncoded
                .subSequence(0, Math.min(MAX_REASON, percentEncoded.length()))
                .toString();
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return text;
        }
    }
}
