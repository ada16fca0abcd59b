package dev.weft.proxy.requests;

import dev.weft.policy.decide.Decision;
import dev.weft.proxy.http.Denial;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.GrpcStatus;
import dev.weft.proxy.http.Http2Head;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.route.RouteCode;
import dev.weft.proxy.session.Refusal;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * A response that a sidecar sends in the application's place: a gRPC status for a gRPC call, a response with a text for
 * any other request.
 *
 * @param status HTTP status; 200 if the gRPC status carries the result
 * @param grpcStatus gRPC status; {@link GrpcStatus#NONE} for other requests
 * @param location address that the caller is redirected to; empty for none
 */
record LocalResponse(int status, int grpcStatus, String code, String reason, boolean unseen, String location) {
    private static final int OK = 200;
    private static final int FORBIDDEN = 403;
    private static final int SERVER_ERRORS = 500;
    private static final String GRPC = "application/grpc";

    /** The response to CONNECT, which asks for a connection through the called workload. */
    static final LocalResponse NO_CONNECT = LocalResponse.refused(
            GateRefusal.of(GateRefusal.Code.NOT_IMPLEMENTED, "CONNECT is not carried to an application"));

    /** Creates a response without a redirect. */
    LocalResponse(int status, int grpcStatus, String code, String reason, boolean unseen) {
        this(status, grpcStatus, code, reason, unseen, "");
    }

    static LocalResponse redirect(int status, String location) {
        return new LocalResponse(status, GrpcStatus.NONE, "", "", false, location);
    }

    /**
     * Returns the response for an error of a route; {@code grpcStatus} is {@link GrpcStatus#NONE} if it is not a gRPC call.
     */
    static LocalResponse byRoute(RouteCode code, String reason, int grpcStatus) {
        return new LocalResponse(
                grpcStatus == GrpcStatus.NONE ? code.status() : OK, grpcStatus, code.text(), reason, false);
    }

    /** Returns the response to a request that policy denied. */
    static LocalResponse denied(Decision decision, String reason, boolean grpc) {
        return new LocalResponse(
                grpc ? OK : Denial.status(decision),
                grpc ? Denial.grpcStatus(decision) : GrpcStatus.NONE,
                decision.code().text(),
                reason,
                Denial.isOfLoad(decision.code().text()));
    }

    /** Returns the response to a request that cannot pass, whatever policy decides. */
    static LocalResponse refused(GateRefusal refusal) {
        return new LocalResponse(refusal.status(), GrpcStatus.NONE, refusal.code(), refusal.reason(), false);
    }

    /** Returns the response to a request that the application has not seen and never will. */
    static LocalResponse refused(Refusal refusal, boolean grpc) {
        return of(refusal, grpc, refusal.worthRetrying());
    }

    /** Returns the response to a request that the application may have seen. */
    static LocalResponse broken(Refusal refusal, boolean grpc) {
        return of(refusal, grpc, false);
    }

    private static LocalResponse of(Refusal refusal, boolean grpc, boolean unseen) {
        return new LocalResponse(
                grpc ? OK : refusal.status(),
                grpc ? statusOf(refusal) : GrpcStatus.NONE,
                refusal.code(),
                refusal.reason(),
                unseen);
    }

    static int statusOf(Refusal refusal) {
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
    void send(Http2Stream front, boolean head, boolean callerEnded) {
        Http2Headers headers = new DefaultHttp2Headers(false).status(Integer.toString(status));
        if (unseen) {
            headers.add(Fields.UNSEEN, "1");
        }
        if (!location.isEmpty()) {
            front.sendHeaders(headers.add("location", location).add("content-length", "0"), true);
        } else if (grpcStatus == GrpcStatus.NONE) {
            String text = code + ": " + reason + "\n";
            headers.add("weft-code", code)
                    .add("weft-reason", reason)
                    .add("content-type", "text/plain; charset=us-ascii");
            if (status == Denial.TOO_MANY_REQUESTS) {
                headers.add(Fields.RETRY_AFTER, Denial.RETRY_AFTER);
            }
            if (!head) {
                headers.add("content-length", Integer.toString(text.length()));
            }
            front.sendHeaders(headers, head);
            if (!head) {
                front.sendData(
                        ByteBufUtil.writeAscii(front.connection().channel().alloc(), text), true);
            }
        } else {
            headers.add("content-type", GRPC);
            front.sendHeaders(status(headers, grpcStatus, code, reason), true);
        }
        if (!callerEnded && front.queued() == 0) {
            front.reset(ErrorCode.NO_ERROR);
        }
    }

    /** Returns the trailers that end a gRPC call whose response has begun. */
    static Http2Headers trailers(int grpcStatus, String code, String reason) {
        return status(new DefaultHttp2Headers(false), grpcStatus, code, reason);
    }

    private static Http2Headers status(Http2Headers headers, int grpcStatus, String code, String reason) {
        return headers.add(Fields.GRPC_STATUS, Integer.toString(grpcStatus))
                .add("grpc-message", Http2Head.grpcMessage(reason))
                .add("weft-code", code);
    }
}
