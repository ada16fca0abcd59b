package dev.weft.proxy.requests;

import dev.weft.policy.decide.Decision;
import dev.weft.policy.request.HttpRequest;
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
    private final Http2Stream stream;
    private final Http2Headers headers;
    private final long began = System.nanoTime();
    private JudgedRequest judged;
    private int takes;

    InboundRequest(RequestSession owner, Http2Stream stream, Http2Headers said, boolean ended, JudgedRequest judged) {
        super(
                owner.session(),
                stream,
                said,
                new RequestBody(stream, ended, 0, owner.judge().heads()));
        this.owner = owner;
        this.stream = stream;
        this.headers = said;
        this.judged = judged;
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
        boolean sound = body().begins(headers);
        if (!sound && judged.decision().allowed()) {
            resetFront(ErrorCode.PROTOCOL_ERROR);
        } else if (!sound || !owner.judge().waits(judged.head(), judged.decision(), this::decided)) {
            decided(judged.decision());
        }
    }

    private void decided(Decision decision) {
        judged = judged.with(decision);
        if (decision.allowed()) {
            owner.applications().take(this);
        } else {
            reply(denial());
        }
    }

    private LocalResponse denial() {
        return LocalResponse.denied(judged.decision(), owner.judge().reason(judged.decision()), grpc());
    }

    /** Returns the head that the application gets. */
    Http2Headers toApplication() {
        return Fields.toApplication(headers, owner.judge().clientId());
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
        reply(LocalResponse.refused(refusal, grpc()));
    }

    /** Judges the request again after policy, trust or time has changed. */
    void judgeAgain(boolean strict) {
        if (over()) {
            return;
        }
        if (strict && !judged.strict()) {
            end(LocalResponse.broken(
                    Refusal.of(
                            Refusal.Code.JUDGED_BY_REQUEST,
                            "the request was made before policy judged requests on this port, and can be read in two"
                                    + " ways"),
                    grpc()));
            return;
        }
        Decision decision = owner.judge().judgeAgain(judged.head());
        if (!decision.allowed()) {
            judged = judged.with(decision);
            end(denial());
        }
    }

    @Override
    public @Nullable Http2Headers answer(Http2Headers said, int number) {
        said.remove(Fields.UNSEEN); // an application may not set this field
        return said;
    }

    @Override
    public void unanswered(ErrorCode code) {
        if (code == ErrorCode.CONNECT_ERROR) {
            reply(LocalResponse.broken(
                    RequestCode.LOST.refusal("the connection to the application was lost before it answered"), grpc()));
        } else if (code == ErrorCode.REFUSED_STREAM
                && body().repeatable()
                && owner.applications().mayTakeAgain(this)) {
            owner.applications().take(this);
        } else {
            resetFront(Resets.ofAnswer(code));
        }
    }

    @Override
    public void count(int bytes, boolean ofRequest) {
        if (ofRequest) {
            session().countIn(bytes);
        } else {
            session().countOut(bytes);
        }
    }

    @Override
    public void answerEnded(boolean complete) {
        HttpRequest head = judged.head();
        owner.judge()
                .ended(
                        new RequestRecord(
                                head.method(),
                                head.path(),
                                head.host(),
                                tally().status(),
                                head.grpc() ? tally().grpcStatus() : RequestRecord.NO_GRPC_STATUS,
                                tally().requestBytes(),
                                tally().answerBytes(),
                                Duration.ofNanos(System.nanoTime() - began),
                                judged.decision(),
                                complete),
                        head);
    }

    @Override
    public void closed() {
        owner.applications().forget(this);
        owner.ended(this);
    }

    @Override
    public String toString() {
        return "request on stream " + stream.id();
    }
}
