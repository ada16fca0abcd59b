package dev.weft.proxy.http;

import dev.weft.policy.decide.Decision;
import dev.weft.policy.request.HttpRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request that was judged, and its response. */
final class Http1Exchange {
    private static final String HEAD = "HEAD";

    final HttpRequest request;
    /** Octets of the head, which is kept to be judged again. */
    final int headBytes;

    final boolean http10;
    final boolean persists;
    final boolean expectsContinue;
    final boolean offersUpgrade;
    private final long start;

    Decision decision;
    /** What the gate answers in place of the application; null if it does not. */
    @Nullable
    GateRefusal answer;
    /** Whether the connection is broken off after that answer. */
    boolean ends;

    /** Whether the application has said 100 (Continue). */
    boolean continued;

    boolean bodyBegun;
    boolean requestDone;
    /** Whether something of the final response has passed. */
    boolean responseBegun;

    boolean responseDone;
    int status;
    long requestBytes;
    long responseBytes;
    private boolean told;

    Http1Exchange(Http1RequestHead head, HttpRequest request, Decision decision, long start) {
        this.request = request;
        this.headBytes = head.bytes().length;
        this.http10 = head.http10();
        this.persists = head.persists();
        this.expectsContinue = head.expectsContinue();
        this.offersUpgrade = head.offersUpgrade();
        this.decision = decision;
        this.start = start;
        this.requestBytes = headBytes;
    }

    boolean isHead() {
        return request.method().equals(HEAD);
    }

    /** Whether the application's response decides what the caller's next bytes are. */
    boolean awaitsUpgrade() {
        return offersUpgrade && answer == null && !responseBegun;
    }

    /** A final response came although the caller still waits for 100 (Continue): whether its body comes is open. */
    boolean answeredInsteadOfContinue() {
        return expectsContinue && !continued && !bodyBegun && !requestDone;
    }

    /** Whether a denial is the connection's end. A caller that waits for 100 (Continue) may or may not send the body after one. */
    boolean endsIfDenied(Http1Body body, int mostDropped) {
        return !persists
                || http10
                || (expectsContinue && !body.done())
                || (!body.isChunked() && body.left() > mostDropped);
    }

    /** Tells of the exchange, once. */
    void tell(RequestJudge judge, long now) {
        if (!told) {
            told = true;
            judge.ended(
                    new RequestRecord(
                            request.method(),
                            request.path(),
                            request.host(),
                            status,
                            RequestRecord.NO_GRPC_STATUS,
                            requestBytes,
                            responseBytes,
                            Duration.ofNanos(Math.max(0, now - start)),
                            decision,
                            requestDone && responseDone),
                    request);
        }
    }
}
