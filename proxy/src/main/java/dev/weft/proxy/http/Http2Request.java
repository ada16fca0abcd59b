package dev.weft.proxy.http;

import dev.weft.policy.decide.Decision;
import dev.weft.policy.request.HttpRequest;
import java.time.Duration;

/** A request that has passed, from its head until both sides have ended its stream. */
final class Http2Request {
    final int streamId;
    final HttpRequest head;
    /** Octets of the head, which is kept with the request. */
    final int headSize;

    private final long began;
    private Decision decision;
    private int status;
    private boolean answerBegan;
    private int grpcStatus = RequestRecord.NO_GRPC_STATUS;
    long requestBytes;
    long responseBytes;
    boolean callerEnded;
    boolean applicationEnded;

    Http2Request(int streamId, HttpRequest head, int headSize, Decision decision, long began) {
        this.streamId = streamId;
        this.head = head;
        this.headSize = headSize;
        this.decision = decision;
        this.began = began;
        this.requestBytes = headSize;
    }

    /** Whether the final response has begun. */
    boolean answered() {
        return answerBegan;
    }

    void answered(int responseStatus) {
        status = responseStatus;
        answerBegan = true;
    }

    /** A head passed that could not be read, so the final response may have begun. */
    void answeredUnread() {
        answerBegan = true;
    }

    void grpcStatus(int value) {
        grpcStatus = value;
    }

    /**
     * Policy does not allow the request any more. The request was answered with this status, unless an answer had
     * begun.
     */
    void denied(Decision denial, int answer) {
        decision = denial;
        if (head.grpc()) {
            grpcStatus = Denial.grpcStatus(decision);
        }
        if (!answerBegan) {
            status = answer;
        }
    }

    RequestRecord record(boolean complete, long now) {
        return new RequestRecord(
                head.method(),
                head.path(),
                head.host(),
                status,
                grpcStatus,
                requestBytes,
                responseBytes,
                Duration.ofNanos(now - began),
                decision,
                complete);
    }
}
