package dev.weft.proxy.requests;

import dev.weft.proxy.carry.HeldBytes;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Http2Head;
import dev.weft.proxy.http.LocalResponse;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One request between two streams: the peer of the front asks, the peer of the back answers. Each stream gets credit
 * back as the other takes its data. Until something has answered, the request may go to another back.
 */
abstract class Exchange extends HeldBytes implements StreamListener {
    final Http2Stream front;
    /** Whether it is a gRPC call, so that its response ends with a gRPC status. */
    final boolean grpc;
    /** Whether its response has no body. */
    final boolean bodiless;

    final RequestBody body;
    final RequestCounts tally;
    private @Nullable ForwardedStream back;
    private boolean answered;
    private boolean answerEnded;
    private boolean told;
    private boolean over;

    /**
     * Creates the exchange for a request whose head has come.
     *
     * @param said head of the request, well-formed
     */
    Exchange(Session session, Http2Stream front, Http2Headers said, RequestBody body) {
        super(session);
        this.front = front;
        this.grpc = Http2Head.isGrpcCall(said);
        this.bodiless = Http2Head.isHead(said);
        this.body = body;
        this.tally = new RequestCounts(session, said);
    }

    /**
     * Called when the back's response has begun. Returns the head for the front; null if the front gets nothing of this
     * response.
     */
    abstract @Nullable Http2Headers answer(Http2Headers headers, int status);

    /**
     * Called when the back's stream was lost before it answered. The request must be answered here, or go to another
     * back.
     */
    abstract void unanswered(ErrorCode code);

    /** Called once when the response has ended, or never will come. */
    abstract void answerEnded(boolean complete);

    /** Called once at the very end, after {@link #answerEnded}. */
    abstract void closed();

    final boolean over() {
        return over;
    }

    /**
     * Opens the back's stream, and sends the part of the request that has come so far. The opener gets whether the head
     * is the whole request.
     */
    final void open(BiFunction<Boolean, StreamListener, Http2Stream> opener) {
        boolean endsAtOnce = body.endsWithHead();
        ForwardedStream opened = new ForwardedStream(this);
        back = opened;
        Http2Stream stream = opener.apply(endsAtOnce, opened);
        opened.stream(stream);
        if (!endsAtOnce) {
            body.sendAll(stream);
        }
        noteHeld();
    }

    @Override
    public final void onHeaders(Http2Headers headers, boolean endStream) {
        if (over || body.ended()) {
            return;
        }
        try {
            body.trailers(headers, endStream);
        } catch (Http2Violation violation) {
            breakOff(violation.code());
            return;
        }
        tally.head(headers);
        noteHeld();
        if (!over && back != null) {
            back.stream().sendHeaders(headers, true);
        }
        closeIfEnded();
    }

    @Override
    public final void onData(ByteBuf data, boolean endStream) {
        int bytes = data.readableBytes();
        boolean expected = !over && !body.ended();
        if (!expected || !body.fits(bytes, endStream)) {
            body.drop(data);
            if (expected) {
                breakOff(ErrorCode.PROTOCOL_ERROR);
            }
            return;
        }
        tally.requestBody(bytes);
        if (back != null) {
            body.pass(data, back.stream(), endStream);
        } else if (answerEnded) {
            body.drop(data);
        } else {
            body.await(data);
        }
        noteHeld();
        closeIfEnded();
    }

    @Override
    public final void onReset(ErrorCode code) {
        if (!over) {
            dropBack(Resets.ofCaller(code));
            close();
        }
    }

    @Override
    public final void onWritable() {
        if (back != null) {
            back.credit();
        }
        noteHeld();
    }

    private void closeIfEnded() {
        if (answerEnded && body.ended()) {
            if (back != null && back.stream().queued() > 0) { // it may never take the rest; otherwise it just ends
                dropBack(ErrorCode.CANCEL);
            }
            back = null;
            close();
        }
    }

    /** Breaks off both streams: the back's as no longer wanted, and the front's with this code. */
    private void breakOff(ErrorCode code) {
        dropBack(ErrorCode.CANCEL);
        resetFront(code);
    }

    final void dropBack(ErrorCode code) {
        ForwardedStream dropped = back;
        back = null;
        if (dropped != null) {
            dropped.stream().reset(code);
        }
    }

    /** Whether this is the present back. A back that was given up is ignored. */
    @SuppressWarnings("ReferenceEquality") // attempts are compared as objects
    final boolean hears(ForwardedStream one) {
        return back == one;
    }

    /** Whether a final response has begun. */
    final boolean answered() {
        return answered;
    }

    /** Called when a final response begins. */
    final void answerBegins(int status) {
        tally.status = status;
        answered = true;
        body.answered();
    }

    /** Called when the response has ended. */
    final void answerEnds() {
        answerEnded = true;
        tell(true);
        closeIfEnded();
    }

    /** Called when the back's stream is gone; its part of the request counts as taken. */
    final void backReset(ErrorCode code) {
        back = null;
        body.pay();
        if (answerEnded) {
            stopCaller();
            close();
        } else if (!answered) {
            unanswered(code);
        } else if (code == ErrorCode.CONNECT_ERROR && grpc) {
            endCall(LocalResponse.broken(GateRefusal.Code.LOST.refusal("the connection that answered was lost"), true));
        } else {
            resetFront(Resets.ofAnswer(code));
        }
    }

    /** Drops the present back and its response: the request goes to another. */
    final void giveUpBack() {
        dropBack(ErrorCode.CANCEL);
        body.pay();
    }

    /** Answers in the application's place; nothing has answered yet. */
    final void reply(LocalResponse answer) {
        if (over) {
            return;
        }
        dropBack(ErrorCode.CANCEL);
        answered = true;
        tally.status = answer.status();
        tally.grpcStatus(answer.grpcStatus());
        answer.send(front, bodiless, body.ended());
        tell(true);
        close();
    }

    /** Ends the exchange, whether a response has begun or not. */
    final void end(LocalResponse answer) {
        if (over) {
            return;
        }
        if (!answered) {
            reply(answer);
        } else if (grpc && !answerEnded) {
            endCall(answer);
        } else {
            breakOff(ErrorCode.CANCEL);
        }
    }

    /** Ends a gRPC call whose response has begun. */
    private void endCall(LocalResponse answer) {
        dropBack(ErrorCode.CANCEL);
        tally.grpcStatus(answer.grpcStatus());
        front.sendHeaders(answer.trailers(), true);
        stopCaller();
        close();
    }

    /** Asks the caller to stop sending, unless queued data would be lost by a reset; then its data is dropped. */
    private void stopCaller() {
        if (!body.ended() && front.queued() == 0) {
            front.reset(ErrorCode.NO_ERROR);
        }
    }

    /** Resets the front, which ends the whole exchange. */
    final void resetFront(ErrorCode code) {
        front.reset(code);
        close();
    }

    @Override
    public final void abort(Refusal refusal) {
        if (answered && !over) {
            breakOff(ErrorCode.CANCEL);
        } else {
            reply(LocalResponse.broken(refusal, grpc));
        }
    }

    private void tell(boolean complete) {
        if (!told) {
            told = true;
            answerEnded(complete);
        }
    }

    private void close() {
        if (!over) {
            over = true;
            body.close();
            noteHeld();
            tell(false);
            closed();
        }
    }

    @Override
    public final long held() {
        long toBack = back == null ? 0 : back.stream().held();
        return over ? 0 : tally.head + body.held() + front.held() + toBack;
    }
}
