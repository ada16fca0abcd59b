package dev.weft.proxy.requests;

import dev.weft.policy.decide.Decision;
import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Http2Head;
import dev.weft.proxy.http.LocalResponse;
import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.session.Refusal;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request that a caller's sidecar sent, from its head until both sides have ended it. */
final class InboundRequest extends Exchange {
    private final RequestSession owner;
    private final Http2Headers headers;
    private final long began = System.nanoTime();
    private final Http2Head.Reading read;
    private Decision decision;
    private int takes;

    InboundRequest(
            RequestSession owner,
            Http2Stream stream,
            Http2Headers said,
            boolean ended,
            Http2Head.Reading read,
            Decision decision) {
        super(owner.session, stream, said, new RequestBody(stream, ended, 0, owner.judge.heads()));
        this.owner = owner;
        this.headers = said;
        this.read = read;
        this.decision = decision;
    }

    /**
     * Starts the request after policy has judged it: it is answered here, or goes to the application, possibly after
     * waiting for a place.
     */
    void begin() {
        noteHeld();
        if (over()) {
            return; // it held most
        }
        boolean sound = body.begins(headers);
        if (!sound && decision.allowed()) {
            resetFront(ErrorCode.PROTOCOL_ERROR);
        } else if (!sound || !owner.judge.waits(read.request(), decision, this::decided)) {
            decided(decision);
        }
    }

    private void decided(Decision later) {
        decision = later;
        if (decision.allowed()) {
            owner.applications.take(this);
        } else {
            reply(denial());
        }
    }

    private LocalResponse denial() {
        return LocalResponse.denied(decision, owner.judge.reason(decision), grpc, true);
    }

    /** Returns the head that the application gets. */
    Http2Headers toApplication() {
        return Fields.toApplication(headers, owner.judge.clientId());
    }

    /** Called when a connection to the application takes the request. */
    void taken() {
        takes++;
    }

    /** Returns how many connections have taken the request. */
    int takes() {
        return takes;
    }

    /** Answers because the application cannot be reached. */
    void unreachable(Refusal refusal) {
        reply(LocalResponse.refused(refusal, grpc));
    }

    /** Judges the request again after policy, trust or time has changed. */
    void judgeAgain(boolean strict) {
        if (over()) {
            return;
        }
        if (strict && !read.hasOneMeaning()) {
            end(LocalResponse.broken(GateRefusal.unjudged().toRefusal(), grpc));
            return;
        }
        Decision later = owner.judge.judgeAgain(read.request());
        if (!later.allowed()) {
            decision = later;
            end(denial());
        }
    }

    @Override
    @Nullable
    Http2Headers answer(Http2Headers said, int number) {
        said.remove(LocalResponse.UNSEEN); // an application may not set this field
        return said;
    }

    @Override
    void unanswered(ErrorCode code) {
        if (code == ErrorCode.CONNECT_ERROR) {
            reply(LocalResponse.broken(
                    GateRefusal.Code.LOST.refusal("the connection to the application was lost before it answered"),
                    grpc));
        } else if (code == ErrorCode.REFUSED_STREAM && body.repeatable() && owner.applications.mayTakeAgain(this)) {
            owner.applications.take(this);
        } else {
            resetFront(Resets.ofAnswer(code));
        }
    }

    @Override
    void answerEnded(boolean complete) {
        HttpRequest head = read.request();
        owner.judge.ended(
                new RequestRecord(
                        head.method(),
                        head.path(),
                        head.host(),
                        tally.status,
                        tally.grpcStatus,
                        tally.requestBytes,
                        tally.answerBytes,
                        Duration.ofNanos(System.nanoTime() - began),
                        decision,
                        complete),
                head);
    }

    @Override
    void closed() {
        owner.applications.forget(this);
        owner.ended(this);
    }

    @Override
    public String toString() {
        return "request on stream " + front.id();
    }
}
