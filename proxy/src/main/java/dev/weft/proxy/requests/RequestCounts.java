package dev.weft.proxy.requests;

import dev.weft.proxy.http.GrpcStatus;
import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/** The counts and statuses of a request and its response so far, for the request's record. */
final class RequestCounts {
    private static final int MOST_GRPC_STATUS = 16;

    private int status;
    private int grpcStatus = GrpcStatus.NONE;
    private long pushback;
    private int head;
    private long requestBytes;
    private long answerBytes;
    private @Nullable ErrorCode brokenBy;

    /** Returns the status of the final response; 0 if none has begun. */
    int status() {
        return status;
    }

    void status(int value) {
        status = value;
    }

    /** Returns the gRPC status; {@link GrpcStatus#NONE} if there is none. */
    int grpcStatus() {
        return grpcStatus;
    }

    /** Sets the gRPC status; a status that gRPC does not define is ignored. */
    void grpcStatus(int value) {
        if (value >= 0 && value <= MOST_GRPC_STATUS) {
            grpcStatus = value;
        }
    }

    /** Returns for how long the called application asks not to be called again, in nanoseconds; 0 if it does not. */
    long pushback() {
        return pushback;
    }

    void pushback(long nanos) {
        pushback = nanos;
    }

    long requestBytes() {
        return requestBytes;
    }

    /** Counts the request's head, or its trailers. */
    void head(Http2Headers said) {
        int size = Fields.size(said);
        request(size);
        head += Fields.memory(size, said.size());
    }

    /** Returns what the request's head and trailers count among the bytes that are held. */
    int head() {
        return head;
    }

    void request(int bytes) {
        requestBytes += bytes;
    }

    long answerBytes() {
        return answerBytes;
    }

    void answer(int bytes) {
        answerBytes += bytes;
    }

    /** Notes that the endpoint reset the stream after its response had begun. */
    void brokenBy(ErrorCode code) {
        brokenBy = code;
    }

    /** The code with which the endpoint broke off its response; null if it did not. */
    @Nullable
    ErrorCode brokenBy() {
        return brokenBy;
    }
}
