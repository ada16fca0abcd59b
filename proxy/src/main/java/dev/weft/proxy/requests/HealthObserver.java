package dev.weft.proxy.requests;

import dev.weft.proxy.balance.OpenRequest;
import dev.weft.proxy.balance.RetryLater;
import dev.weft.proxy.http.Denial;
import dev.weft.proxy.http.GrpcStatus;
import dev.weft.proxy.http.Http2Head;
import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/** Observes how the endpoint handles one request, for its health. Belongs to one event loop. */
final class HealthObserver {
    private static final int SERVER_ERRORS = 500;
    private static final int UNAVAILABLE = 503;

    private @Nullable OpenRequest counted;
    private long startedNanos;
    private long tookNanos;
    /**
     * Whether the request was sent before any response had come in its tunnel: its time includes the start of the
     * tunnel, and says little about the endpoint.
     */
    private boolean early;

    private boolean observed;

    /** Called when this endpoint was chosen. */
    void chosen(OpenRequest health) {
        counted = health;
        observed = false;
    }

    /** Called when the request is sent. */
    void goes(boolean beforeAnyAnswer) {
        early = beforeAnyAnswer;
        startedNanos = System.nanoTime();
    }

    /** Called when the response begins. */
    void answers() {
        tookNanos = System.nanoTime() - startedNanos;
        if (counted != null) {
            counted.answered();
        }
    }

    /**
     * Called with the head of the final response. Too many requests, by the code of a sidecar's own answer, count as
     * load and not as a failure. The result of a gRPC call may come later, in its trailers.
     */
    void answers(Http2Headers head, int status, boolean grpc) {
        if (counted != null && status < SERVER_ERRORS) {
            counted.succeeded();
        }
        answers();
        CharSequence code = head.get(Fields.CODE);
        if (code != null && Denial.isOfLoad(code)) {
            shed();
        }
        if (code == null && !grpc && (status == Denial.TOO_MANY_REQUESTS || status == UNAVAILABLE)) {
            leaveAlone(RetryLater.seconds(head.get(Fields.RETRY_AFTER)));
        }
        CharSequence grpcStatus = head.get(Fields.GRPC_STATUS);
        if (!grpc || grpcStatus != null) {
            observe(status, grpc ? Http2Head.number(grpcStatus) : GrpcStatus.NONE);
        }
    }

    /** Records the result: an endpoint that fails or has too many requests gets fewer. */
    void observe(int status, int grpcStatus) {
        OpenRequest health = counted;
        if (health != null && !observed) {
            if (status == Denial.TOO_MANY_REQUESTS || grpcStatus == GrpcStatus.RESOURCE_EXHAUSTED) {
                shed();
                return;
            }
            observed = true;
            boolean failed = status >= SERVER_ERRORS || grpcStatus == GrpcStatus.UNAVAILABLE;
            if (failed || !early) {
                health.observed(tookNanos, failed, System.nanoTime());
            }
        }
    }

    /** Records a failure: the response came too late, or was not valid. */
    void failed() {
        answers();
        observe(SERVER_ERRORS, GrpcStatus.NONE);
    }

    /** Records that the endpoint reset the request's stream before it answered. */
    void reset(ErrorCode code) {
        answers();
        broken(code);
    }

    /**
     * Called when the response has ended or was broken off. A gRPC call has its result only now; one that the endpoint
     * reset has none, and would otherwise never count.
     *
     * @param vanished whether the endpoint's sidecar has vanished
     */
    void ended(RequestCounts counts, boolean vanished) {
        ErrorCode code = counts.brokenBy;
        if (counts.grpcStatus == GrpcStatus.RESOURCE_EXHAUSTED || counts.grpcStatus == GrpcStatus.UNAVAILABLE) {
            leaveAlone(counts.pushback);
        }
        if (vanished && code != null) {
            unusable();
        } else if (counts.status != 0 && counts.grpcStatus != GrpcStatus.NONE) {
            observe(counts.status, counts.grpcStatus);
        } else if (code != null && !isNoResult(code)) {
            broken(code);
        }
    }

    /** Records that the endpoint asks to be left alone for this time, in nanoseconds; 0 if it does not. */
    private void leaveAlone(long nanos) {
        if (nanos > 0 && counted != null) {
            counted.askedToWait(nanos, System.nanoTime());
        }
    }

    /** Whether a reset with this code says nothing about the endpoint. */
    private static boolean isNoResult(ErrorCode code) {
        return code == ErrorCode.CANCEL || code == ErrorCode.NO_ERROR;
    }

    /** Called when the request ends for a reason that says nothing about the endpoint, good or bad. */
    void withoutResult() {
        observed = true;
    }

    private void broken(ErrorCode code) {
        observe(isNoResult(code) ? 0 : SERVER_ERRORS, GrpcStatus.NONE);
    }

    /** Records that the application has not seen the request, by the sidecar's answer with this code. */
    void unseen(CharSequence code) {
        if (Denial.isOfLoad(code)) {
            shed();
        } else {
            unusable();
        }
    }

    private void shed() {
        observed = true;
        if (counted != null) {
            counted.shed(System.nanoTime());
        }
    }

    /** Records that the endpoint takes no requests at all. */
    void unusable() {
        if (counted != null) {
            counted.failed(System.nanoTime());
        }
    }

    /** Leaves the endpoint, which no longer has the request. */
    void leave() {
        if (counted != null) {
            counted.ended(System.nanoTime());
            counted = null;
        }
    }
}
