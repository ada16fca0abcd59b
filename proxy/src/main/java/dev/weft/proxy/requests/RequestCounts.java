package dev.weft.proxy.requests;

import dev.weft.proxy.http.GrpcStatus;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.session.Session;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/** The counts and statuses of a request and its response so far, for the request's record. */
final class RequestCounts {
    private static final int MOST_GRPC_STATUS = 16;

    private final Session session;
    /** Status of the final response; 0 if none has begun. */
    int status;
    /** gRPC status; {@link GrpcStatus#NONE} if there is none. */
    int grpcStatus = GrpcStatus.NONE;
    /** For how long the called application asks not to be called again, in nanoseconds; 0 if it does not. */
    long pushback;
    /** What the request's head and trailers count among the bytes that are held. */
    int head;

    long requestBytes;
    long answerBytes;
    /** The code with which the endpoint broke off its response after that had begun; null if it did not. */
    @Nullable
    ErrorCode brokenBy;

    /** Starts to count, with the request's head. */
    RequestCounts(Session session, Http2Headers said) {
        this.session = session;
        head(said);
    }

    /** Sets the gRPC status; a status that gRPC does not define is ignored. */
    void grpcStatus(int value) {
        if (value >= 0 && value <= MOST_GRPC_STATUS) {
            grpcStatus = value;
        }
    }

    /** Counts the request's head, or its trailers. */
    void head(Http2Headers said) {
        int size = Fields.size(said);
        requestBytes += size;
        head += Fields.memory(size, said.size());
    }

    /** Counts octets of the request's body, for the session too. */
    void requestBody(int bytes) {
        requestBytes += bytes;
        count(bytes, session.direction() == Session.Direction.INBOUND);
    }

    /** Counts octets of the response's body, for the session too. */
    void answerBody(int bytes) {
        answerBytes += bytes;
        count(bytes, session.direction() == Session.Direction.OUTBOUND);
    }

    private void count(int bytes, boolean in) {
        if (in) {
            session.countIn(bytes);
        } else {
            session.countOut(bytes);
        }
    }

    /** Counts the response's head, or its trailers. */
    void answerHead(int bytes) {
        answerBytes += bytes;
    }
}
