package dev.weft.proxy.http;

import dev.weft.policy.decide.Decision;
import dev.weft.proxy.settings.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** Writes responses in the place of the application. */
final class Http2LocalResponses {
    /**
     * The part of the caller's connection window that is reserved for bodies of these responses: see {@link #body}.
     */
    private static final int BODY_WINDOW = 2048;

    private static final int OK = 200;
    private static final int FIRST_VISIBLE = 0x20;
    private static final int LAST_VISIBLE = 0x7e;

    private final Http2Tables tables;
    private final HeadLimits heads;
    /**
     * The reserved part of the connection's window for DATA to the caller, of which the application does not know. The
     * gate sends bodies only within it; otherwise the application would assume a larger window than there is.
     */
    private int window;
    /** The initial window of each new stream. */
    private long streamWindow = 65_535;

    Http2LocalResponses(Http2Tables tables, HeadLimits heads) {
        this.tables = tables;
        this.heads = heads;
    }

    /**
     * Reserves a part of the window that the caller has just opened, and returns the rest, which is for the
     * application.
     */
    int keep(int increment) {
        int kept = Math.min(increment, BODY_WINDOW - window);
        window += kept;
        return increment - kept;
    }

    long streamWindow() {
        return streamWindow;
    }

    void streamWindow(long value) {
        streamWindow = value;
    }

    /** Returns the whole answer to a request that policy denies. */
    ByteBuf denied(Http2Request request, Decision decision, String reason) {
        boolean head = request.head.method().equals("HEAD");
        return request.head.grpc()
                ? grpc(request.streamId, decision, reason, false)
                : answer(
                        request.streamId,
                        Denial.status(decision),
                        decision.code().text(),
                        reason,
                        head);
    }

    /** Returns the HTTP status of that answer. */
    static int statusOfDenial(Decision decision, boolean grpc) {
        return grpc ? OK : Denial.status(decision);
    }

    /** Returns the whole answer to a request that cannot pass. */
    ByteBuf refused(int streamId, GateRefusal refusal, boolean head) {
        return answer(streamId, refusal.status(), refusal.code(), refusal.reason(), head);
    }

    /** Returns the whole answer to an open request that policy cannot judge, and notes its status. */
    ByteBuf unjudged(Http2Request request) {
        return inPlace(request, GateRefusal.unjudged(), GrpcStatus.PERMISSION_DENIED);
    }

    /** Returns the whole answer in place of a response whose head is too large, and notes its status. */
    ByteBuf responseTooLarge(Http2Request request) {
        return inPlace(request, GateRefusal.responseHead(heads.octets()), GrpcStatus.UNAVAILABLE);
    }

    private ByteBuf inPlace(Http2Request request, GateRefusal refusal, int grpcStatus) {
        if (request.head.grpc()) {
            request.answered(OK);
            request.grpcStatus(grpcStatus);
            return grpc(request.streamId, grpcStatus, refusal.code(), refusal.reason(), false);
        }
        request.answered(refusal.status());
        return refused(request.streamId, refusal, request.head.method().equals("HEAD"));
    }

    /** Returns the end of a response that has begun or, without {@code begun}, a whole response (trailers-only). */
    ByteBuf grpc(int streamId, Decision decision, String reason, boolean begun) {
        return grpc(streamId, Denial.grpcStatus(decision), decision.code().text(), reason, begun);
    }

    private ByteBuf grpc(int streamId, int status, String code, String reason, boolean begun) {
        ByteBuf block = ByteBufAllocator.DEFAULT.buffer();
        tables.say(block);
        if (!begun) {
            Http2Literals.field(block, ":status", "200");
            Http2Literals.field(block, Http2Head.CONTENT_TYPE, "application/grpc");
        }
        Http2Literals.field(block, "grpc-status", Integer.toString(status));
        Http2Literals.field(block, "grpc-message", percentEncoded(reason));
        Http2Literals.field(block, "weft-code", code);
        return frames(streamId, block, new byte[0]);
    }

    private ByteBuf answer(int streamId, int status, String code, String reason, boolean head) {
        byte[] body = head ? new byte[0] : body(code + ": " + reason + "\n");
        ByteBuf block = ByteBufAllocator.DEFAULT.buffer();
        tables.say(block);
        Http2Literals.field(block, ":status", Integer.toString(status));
        Http2Literals.field(block, "weft-code", code);
        Http2Literals.field(block, "weft-reason", reason);
        Http2Literals.field(block, Http2Head.CONTENT_TYPE, "text/plain; charset=us-ascii");
        if (status == Denial.TOO_MANY_REQUESTS) {
            Http2Literals.field(block, "retry-after", Denial.RETRY_AFTER);
        }
        if (!head) {
            Http2Literals.field(block, "content-length", Integer.toString(body.length));
        }
        return frames(streamId, block, body);
    }

    /** Returns an empty body if the caller's windows have no room: the fields contain the same text. */
    private byte[] body(String text) {
        byte[] body = text.getBytes(StandardCharsets.US_ASCII);
        if (body.length > window || body.length > streamWindow) {
            return new byte[0];
        }
        window -= body.length;
        return body;
    }

    private static ByteBuf frames(int streamId, ByteBuf block, byte[] body) {
        ByteBuf frames = ByteBufAllocator.DEFAULT.buffer();
        Http2Octets.headers(frames, streamId, block, body.length == 0);
        block.release();
        if (body.length > 0) {
            Http2Octets.data(frames, streamId, body, true);
        }
        return frames;
    }

    /** Encodes a text for grpc-message, as gRPC over HTTP/2 defines it. */
    static String percentEncoded(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= FIRST_VISIBLE && c <= LAST_VISIBLE && c != '%') {
                out.append(c);
            } else {
                out.append('%').append(String.format("%02X", (int) c & 0xff));
            }
        }
        return out.toString();
    }
}
