package dev.weft.proxy.http;

import dev.weft.policy.decide.Decision;
import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.pieces.HeadMemory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A judged request and its response. */
final class Http1Exchange {
    /** Kept so that the request can be judged again. */
    final Http1RequestHead head;

    final HttpRequest request;
    private final long start;

    Decision decision;
    /** The gate's answer in place of the application's; null if the application answers. */
    @Nullable
    GateRefusal answer;
    /** Whether the connection is broken off after the gate's answer. */
    boolean ends;

    /** Whether the application has sent 100 (Continue). */
    boolean continued;

    boolean bodyBegun;
    boolean requestDone;
    /** Whether some bytes of the final response have passed. */
    boolean responseBegun;

    boolean responseDone;
    int status;
    long requestBytes;
    long responseBytes;
    private boolean told;

    Http1Exchange(Http1RequestHead head, HttpRequest request, Decision decision, long start) {
        this.request = request;
        this.head = head;
        this.decision = decision;
        this.start = start;
        this.requestBytes = head.bytes.length;
    }

    /** What the request counts among the bytes that are held. */
    int held() {
        return HeadMemory.of(head.bytes.length + HeadMemory.REQUEST);
    }

    boolean isHead() {
        return request.method().equals("HEAD");
    }

    /** Whether anything that the caller sends after this request is read. */
    boolean mayBeFollowed() {
        return head.persists() || awaitsTunnel();
    }

    /** Whether the meaning of the caller's next bytes depends on the application's response. */
    boolean awaitsOtherProtocol() {
        return awaitsUpgrade() || awaitsTunnel();
    }

    /** Whether the application may answer with 101 (Switching Protocols). */
    boolean awaitsUpgrade() {
        return head.offersUpgrade() && answer == null && !responseBegun;
    }

    /** Whether the application may accept a CONNECT: with any 2xx (RFC 9110 section 9.3.6). */
    boolean awaitsTunnel() {
        return head.isConnect() && answer == null && !responseBegun;
    }

    /**
     * Whether a final response comes although the caller still waits for 100 (Continue). If so, the request's body may
     * or may not follow.
     */
    boolean answeredInsteadOfContinue() {
        return head.expectsContinue() && !continued && !bodyBegun && !requestDone;
    }

    /**
     * Whether a denial ends the connection. A caller that waits for 100 (Continue) may or may not send its body after
     * the denial.
     */
    boolean endsIfDenied(Http1Body body, int mostDropped) {
        return !head.persists()
                || head.http10()
                || (head.expectsContinue() && !body.done())
                || (!body.isChunked() && body.left() > mostDropped);
    }

    /** Reports the end of the exchange to the judge, once. */
    void tell(RequestJudge judge, long now) {
        if (!told) {
            told = true;
            judge.ended(
                    new RequestRecord(
                            request.method(),
                            request.path(),
                            head.isConnect() ? head.connectTarget() : request.host(),
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
