package dev.weft.proxy.workloadapi;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.weft.proxy.control.GrpcMessages;
import dev.weft.proxy.control.RpcException.Code;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;

/** The server's side of one gRPC call. Belongs to its connection's event loop. */
final class Call implements StreamListener {
    /** Most bytes of a request message; the largest content is a token to validate. */
    static final int MAX_MESSAGE = 16 * 1024;
    /** Most request messages of one call: each one asks for an answer, and a watcher sends only one. */
    static final int MAX_REQUESTS = 100;

    private static final int MAX_REASON = 1024;
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private final Http2Stream stream;
    private final Method method;
    private final String httpStatus;
    private final GrpcMessages received = new GrpcMessages(MAX_MESSAGE);
    private int requests;
    private boolean headersSent;
    private boolean ended;

    /** One method of the API; called on the event loop of the call's connection. */
    interface Method {
        /** Called for each message of the caller; each asks for an answer (WA-01). */
        void request(Call call, byte[] message) throws CallException, InvalidProtocolBufferException;

        /** Called when the caller accepts bytes again, after {@link Call#writable} was false. */
        default void writable(Call call) {}

        /** Called when the call is over, for whatever reason. */
        default void ended(Call call) {}
    }

    private Call(Http2Stream stream, Method method, String httpStatus) {
        this.stream = stream;
        this.method = method;
        this.httpStatus = httpStatus;
    }

    Call(Http2Stream stream, Method method) {
        this(stream, method, "200");
    }

    /** Refuses a call, also by its HTTP status, because its caller may not know gRPC. */
    static Call refused(Http2Stream stream, CallException failure, String httpStatus) {
        Call call = new Call(stream, (_, _) -> {}, httpStatus);
        call.fail(failure);
        return call;
    }

    EventLoop loop() {
        return stream.connection().channel().eventLoop();
    }

    boolean over() {
        return ended;
    }

    /** Whether a message sent now leaves soon. */
    boolean writable() {
        return stream.isWritable();
    }

    /** Sends a message; more may follow. */
    void send(MessageLite message) {
        if (ended) {
            return;
        }
        if (!headersSent) {
            headersSent = true;
            stream.sendHeaders(responseHeaders(), false);
        }
        stream.sendData(GrpcMessages.frame(message), false);
    }

    /** Sends the only message, and ends the call. */
    void answer(MessageLite message) {
        send(message);
        finish(Code.OK, "");
    }

    void fail(CallException failure) {
        finish(failure.failure().status(), String.valueOf(failure.getMessage()));
    }

    private void finish(Code status, String reason) {
        if (ended) {
            return;
        }
        ended = true;
        // A response without messages is only trailers.
        Http2Headers trailers = headersSent ? new DefaultHttp2Headers() : responseHeaders();
        trailers.add("grpc-status", status.text());
        if (!reason.isEmpty()) {
            trailers.add("grpc-message", percentEncoded(reason));
        }
        stream.sendHeaders(trailers, true);
        method.ended(this);
    }

    private Http2Headers responseHeaders() {
        return new DefaultHttp2Headers()
                .status(httpStatus)
                .add("content-type", "application/grpc")
                .add("grpc-accept-encoding", "identity");
    }

    @Override
    public void onHeaders(Http2Headers headers, boolean endStream) {
        if (endStream) {
            requestsOver();
        }
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
        int n = data.readableBytes();
        if (!ended) {
            received.add(data);
        }
        data.release();
        stream.consume(n);
        try {
            for (byte[] message = ended ? null : received.poll();
                    message != null;
                    message = ended ? null : received.poll()) {
                request(message);
            }
        } catch (GrpcMessages.UnacceptableException e) {
            fail(new CallException(
                    e.compressed() ? Failure.NOT_SERVED : Failure.LIMIT, String.valueOf(e.getMessage())));
        }
        if (endStream) {
            requestsOver();
        }
    }

    private void request(byte[] message) {
        try {
            if (++requests > MAX_REQUESTS) {
                throw new CallException(Failure.LIMIT, "more than " + MAX_REQUESTS + " messages in one call");
            }
            method.request(this, message);
        } catch (CallException e) {
            fail(e);
        } catch (InvalidProtocolBufferException _) {
            fail(new CallException(Failure.BAD_REQUEST, "the request cannot be read"));
        }
    }

    private void requestsOver() {
        if (!ended && (requests == 0 || received.incomplete())) {
            fail(new CallException(Failure.BAD_REQUEST, "no request, or a part of one only"));
        }
    }

    @Override
    public void onReset(ErrorCode code) {
        if (!ended) {
            ended = true;
            method.ended(this);
        }
    }

    @Override
    public void onWritable() {
        if (!ended) {
            method.writable(this);
        }
    }

    /**
     * Encodes a status message as gRPC requires: printable ASCII except the percent sign stays, every other byte
     * becomes hexadecimal.
     */
    private static String percentEncoded(String reason) {
        StringBuilder out = new StringBuilder();
        for (byte b : reason.substring(0, Math.min(reason.length(), MAX_REASON)).getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b <= '~' && b != '%') {
                out.append((char) b);
            } else {
                out.append('%').append(HEX[(b >> 4) & 0xf]).append(HEX[b & 0xf]);
            }
        }
        return out.toString();
    }
}
