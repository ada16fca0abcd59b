package dev.weft.proxy.http;

import dev.weft.policy.decide.Decision;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.session.Refusal;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.HexFormat;

/**
 * A response that a sidecar sends in the application's place: a gRPC status for a gRPC call, a response with a text for
 * any other request.
 *
 * @param status HTTP status; 200 if the gRPC status carries the result
 * @param grpcStatus gRPC status; {@link GrpcStatus#NONE} for other requests
 * @param code stable code of the refusal, WEFT-…; empty for a redirect
 * @param reason a sentence for people; empty for a redirect
 * @param unseen whether the caller's sidecar is told that the application has not seen the request
 * @param location address that the caller is redirected to; empty for none
 */
public record LocalResponse(int status, int grpcStatus, String code, String reason, boolean unseen, String location) {
    /**
     * In a response of the called sidecar itself: the application has not seen the request, and another endpoint may do
     * better.
     */
    public static final AsciiString UNSEEN = AsciiString.cached("weft-unseen");

    private static final int OK = 200;
    private static final int FORBIDDEN = 403;
    private static final int SERVER_ERRORS = 500;
    private static final int UNAVAILABLE = 503;
    /** No length is told: the response to a HEAD. */
    static final int NO_LENGTH = -1;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /** The response to CONNECT, which asks for a connection through the called workload. */
    public static final LocalResponse NO_CONNECT =
            refused(GateRefusal.of(GateRefusal.Code.NOT_IMPLEMENTED, "CONNECT is not carried to an application"));

    /**
     * Returns the response that redirects the caller.
     *
     * @param location the address, which must be visible ASCII
     */
    public static LocalResponse redirect(int status, String location) {
        return new LocalResponse(status, GrpcStatus.NONE, "", "", false, location);
    }

    /**
     * Returns the response for an error of a route; {@code grpcStatus} is {@link GrpcStatus#NONE} if it is not a gRPC call.
     */
    public static LocalResponse byRoute(GateRefusal refusal, int grpcStatus) {
        int status = grpcStatus == GrpcStatus.NONE ? refusal.status() : OK;
        return new LocalResponse(status, grpcStatus, refusal.code(), refusal.reason(), false, "");
    }

    /**
     * Returns the response to a request that policy denied.
     *
     * @param toSidecar whether a sidecar gets it, which can try another endpoint
     */
    public static LocalResponse denied(Decision decision, String reason, boolean grpc, boolean toSidecar) {
        String code = decision.code().text();
        return new LocalResponse(
                grpc ? OK : Denial.status(decision),
                grpc ? Denial.grpcStatus(decision) : GrpcStatus.NONE,
                code,
                reason,
                toSidecar && Denial.isOfLoad(code),
                "");
    }

    /** Returns the response to a request that cannot pass, whatever policy decides. */
    public static LocalResponse refused(GateRefusal refusal) {
        return byRoute(refusal, GrpcStatus.NONE);
    }

    /**
     * Returns the response to a request of HTTP/1.1 that reached no application: 403 if it is not allowed, 429 if there
     * were too many requests, otherwise 503.
     */
    public static LocalResponse unreached(Refusal refusal) {
        boolean told = refusal.status() == FORBIDDEN || refusal.status() == Denial.TOO_MANY_REQUESTS;
        return refused(new GateRefusal(refusal.code(), told ? refusal.status() : UNAVAILABLE, refusal.reason()));
    }

    /** Returns the response to a request that the application has not seen and never will. */
    public static LocalResponse refused(Refusal refusal, boolean grpc) {
        return of(refusal, grpc, refusal.worthRetrying());
    }

    /** Returns the response to a request that the application may have seen. */
    public static LocalResponse broken(Refusal refusal, boolean grpc) {
        return of(refusal, grpc, false);
    }

    private static LocalResponse of(Refusal refusal, boolean grpc, boolean unseen) {
        return new LocalResponse(
                grpc ? OK : refusal.status(),
                grpc ? statusOf(refusal) : GrpcStatus.NONE,
                refusal.code(),
                refusal.reason(),
                unseen,
                "");
    }

    private static int statusOf(Refusal refusal) {
        if (refusal.status() == Denial.TOO_MANY_REQUESTS) {
            return GrpcStatus.RESOURCE_EXHAUSTED;
        }
        return refusal.status() == FORBIDDEN
                ? GrpcStatus.PERMISSION_DENIED
                : refusal.status() >= SERVER_ERRORS ? GrpcStatus.UNAVAILABLE : GrpcStatus.INTERNAL;
    }

    /**
     * Sends it as the whole response, and lets the caller know that it need not send the rest of its request
     * (RFC 9113 section 8.1).
     */
    public void send(Http2Stream front, boolean head, boolean callerEnded) {
        String text = head ? "" : text();
        front.sendHeaders(headers(head ? NO_LENGTH : text.length()), text.isEmpty());
        if (!text.isEmpty()) {
            front.sendData(ByteBufUtil.writeAscii(front.connection().channel().alloc(), text), true);
        }
        if (!callerEnded && front.queued() == 0) {
            front.reset(ErrorCode.NO_ERROR);
        }
    }

    /** Returns the response's body; empty for a redirect and for a gRPC call. */
    String text() {
        return location.isEmpty() && grpcStatus == GrpcStatus.NONE ? code + ": " + reason + "\n" : "";
    }

    /** Returns the response's head, for a body of so many octets, or of a length that is not told. */
    Http2Headers headers(int length) {
        Http2Headers headers = new DefaultHttp2Headers(false).status(Integer.toString(status));
        if (unseen) {
            headers.add(UNSEEN, "1");
        }
        if (!location.isEmpty()) {
            return headers.add("location", location).add("content-length", "0");
        }
        if (grpcStatus != GrpcStatus.NONE) {
            return end(headers.add(Http2Head.CONTENT_TYPE, "application/grpc"));
        }
        headers.add("weft-code", code)
                .add("weft-reason", reason)
                .add(Http2Head.CONTENT_TYPE, "text/plain; charset=us-ascii");
        if (status == Denial.TOO_MANY_REQUESTS) {
            headers.add("retry-after", Denial.RETRY_AFTER);
        }
        return length == NO_LENGTH ? headers : headers.add("content-length", Integer.toString(length));
    }

    /** Returns the trailers that end a gRPC call whose response has begun. */
    public Http2Headers trailers() {
        return end(new DefaultHttp2Headers(false));
    }

    private Http2Headers end(Http2Headers headers) {
        return headers.add("grpc-status", Integer.toString(grpcStatus))
                .add("grpc-message", percentEncoded(reason))
                .add("weft-code", code);
    }

    /** Encodes a text for grpc-message, as gRPC over HTTP/2 defines it. */
    private static String percentEncoded(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c <= '~' && c != '%') {
                out.append(c);
            } else {
                out.append('%').append(HEX.toHexDigits((byte) c));
            }
        }
        return out.toString();
    }
}
