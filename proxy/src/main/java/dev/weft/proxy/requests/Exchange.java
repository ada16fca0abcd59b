package dev.weft.proxy.requests;

import dev.weft.proxy.http.Http2Head;
import dev.weft.proxy.http2.ErrorCode;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.Http2Violation;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.session.Holder;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request between two streams of one event loop: of the front, whose peer asks, and of the back, whose peer answers. Credit goes
 * back to either as the other takes what it is given. As long as nothing has answered, the request may go to another back.
 */
abstract class Exchange implements StreamListener, Holder {
    /** Statuses from here on are those of final responses. */
    static final int FIRST_FINAL = 200;

    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final int MOST_GRPC_STATUS = 16;

    private final Session session;
    private final Http2Stream front;
    private final boolean grpc;
    private final boolean head;
    private final RequestBody body;
    private final BodyLength requestLength = new BodyLength();
    private final BodyLength answerLength = new BodyLength();
    private @Nullable Back back;
    private boolean frontEnded;
    private boolean answered;
    private boolean answerEnded;
    private boolean told;
    private boolean over;
    private int owedToFront;
    private long noted;
    private int status;
    private int grpcStatus = Answers.NONE;
    private long requestBytes;
    private long answerBytes;

    /** How the back's stream is opened. */
    interface Opener {
        Http2Stream open(boolean endStream, StreamListener listener);
    }

    /**
     * A request whose head has come.
     *
     * @param said its head, well-formed
     * @param ended whether that is all of it
     * @param kept octets of its body up to which it can go to another back once more
     */
    Exchange(Session session, Http2Stream front, Http2Headers said, boolean ended, int kept) {
        this.session = session;
        this.front = front;
        this.body = new RequestBody(kept);
        CharSequence method = said.method();
        this.head = method != null && "HEAD".contentEquals(method);
        this.grpc = method != null && "POST".contentEquals(method) && Http2Head.isGrpc(said.get("content-type"));
        this.frontEnded = ended;
        this.requestBytes = Fields.size(said);
    }

    /** Whether the request's head fits to its end; to be asked first. */
    final boolean lengthFits(Http2Headers said) {
        return requestLength.begin(said) && requestLength.more(0, frontEnded);
    }

    /** The back's response has begun; what the front gets of its head, or null where it gets nothing of all this. */
    abstract @Nullable Http2Headers answer(Http2Headers headers, int number);

    /** The back's stream is gone before it answered. Either this is answered otherwise, or goes to another back. */
    abstract void unanswered(ErrorCode code);

    /** The response has come to its end, or never will; called once. */
    abstract void answerEnded(boolean complete);

    /** Nothing more will happen; called once, after {@link #answerEnded}. */
    abstract void closed();

    final boolean grpc() {
        return grpc;
    }

    final boolean over() {
        return over;
    }

    final int status() {
        return status;
    }

    final int grpcStatus() {
        return grpcStatus;
    }

    final long requestBytes() {
        return requestBytes;
    }

    final long answerBytes() {
        return answerBytes;
    }

    /** Whether all that was said so far can be said to another back. */
    final boolean repeatable() {
        return body.repeatable();
    }

    /** Opens the back's stream, and sends what has come of the request so far. */
    final void open(Opener opener) {
        boolean endsAtOnce = frontEnded && body.nothing();
        Back opened = new Back();
        back = opened;
        Http2Stream stream = opener.open(endsAtOnce, opened);
        opened.stream = stream;
        if (!endsAtOnce) {
            owedToFront += body.sendAll(stream, frontEnded);
            creditFront(stream);
        }
        noteHeld();
    }

    private void creditFront(Http2Stream to) {
        if (owedToFront > 0 && to.isWritable()) {
            payFront();
        }
    }

    private void payFront() {
        int bytes = owedToFront;
        owedToFront = 0;
        front.consume(bytes);
    }

    @Override
    public final void onHeaders(Http2Headers headers, boolean endStream) {
        if (over || frontEnded) {
            return;
        }
        try {
            Http2Head.checkTrailers(front.id(), headers, endStream);
        } catch (Http2Violation violation) {
            breakOff(violation.code());
            return;
        }
        if (!requestLength.more(0, true)) {
            breakOff(ErrorCode.PROTOCOL_ERROR);
            return;
        }
        requestBytes += Fields.size(headers);
        frontEnded = true;
        body.trailers(headers);
        if (back != null) {
            back.stream().sendHeaders(headers, true);
        }
        closeIfEnded();
    }

    @Override
    public final void onData(ByteBuf data, boolean endStream) {
        int bytes = data.readableBytes();
        if (over || frontEnded) {
            data.release();
            front.consume(bytes);
            return;
        }
        if (!requestLength.more(bytes, endStream)) {
            data.release();
            front.consume(bytes);
            breakOff(ErrorCode.PROTOCOL_ERROR);
            return;
        }
        requestBytes += bytes;
        count(bytes, true);
        frontEnded = endStream;
        Back to = back;
        if (to != null) {
            owedToFront += bytes;
            body.going(data);
            to.stream().sendData(data, endStream);
            creditFront(to.stream());
        } else if (answerEnded) {
            data.release();
            front.consume(bytes);
        } else {
            body.await(data);
        }
        noteHeld();
        closeIfEnded();
    }

    /** Counts octets of the session, seen from the workload. */
    abstract void count(int bytes, boolean ofRequest);

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
        if (answerEnded && frontEnded) {
            back = null; // its stream ends by itself
            close();
        }
    }

    /** The caller broke a rule of the request's stream. */
    private void breakOff(ErrorCode code) {
        front.reset(code);
        dropBack(ErrorCode.CANCEL);
        close();
    }

    private void dropBack(ErrorCode code) {
        Back dropped = back;
        back = null;
        if (dropped != null) {
            dropped.stream().reset(code);
        }
    }

    /** The back's stream is gone; what it held of the request counts as taken. */
    private void lostBack() {
        back = null;
        payFront();
    }

    /** What this back answers goes no further: the request is for another. */
    final void giveUpBack() {
        dropBack(ErrorCode.CANCEL);
        payFront();
    }

    /** Answers in the application's place, as nothing has answered. */
    final void reply(Answers.Answer answer) {
        if (over) {
            return;
        }
        dropBack(ErrorCode.CANCEL);
        answered = true;
        status = answer.status();
        grpcStatus = answer.grpcStatus();
        Answers.send(front, answer, head, frontEnded);
        tell(true);
        close();
    }

    /** Ends it, whether an answer has begun or not. */
    final void end(Answers.Answer answer) {
        if (over) {
            return;
        }
        if (!answered) {
            reply(answer);
            return;
        }
        dropBack(ErrorCode.CANCEL);
        if (grpc && !answerEnded) {
            grpcStatus = answer.grpcStatus();
            front.sendHeaders(Answers.trailers(answer.grpcStatus(), answer.code(), answer.reason()), true);
            stopCaller();
        } else {
            front.reset(ErrorCode.CANCEL);
        }
        close();
    }

    /** A reset would drop what is still on its way to the caller: then it says the rest of its request, which nobody hears. */
    private void stopCaller() {
        if (!frontEnded && front.queued() == 0) {
            front.reset(ErrorCode.NO_ERROR);
        }
    }

    /** Resets the front, where nothing has answered. */
    final void resetFront(ErrorCode code) {
        front.reset(code);
        close();
    }

    @Override
    public final void abort(Refusal refusal) {
        if (over) {
            return;
        }
        if (answered) {
            dropBack(ErrorCode.CANCEL);
            resetFront(ErrorCode.CANCEL);
        } else {
            reply(Answers.Answer.broken(refusal, grpc));
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
            int bytes = body.close() + owedToFront;
            owedToFront = 0;
            front.consume(bytes);
            noteHeld();
            tell(false);
            closed();
        }
    }

    private void noteHeld() {
        session.noteHeld(this);
    }

    @Override
    public final Session session() {
        return session;
    }

    @Override
    public final long held() {
        Back to = back;
        return over ? 0 : body.held() + front.queued() + (to == null ? 0 : to.stream().queued());
    }

    @Override
    public final long noted() {
        return noted;
    }

    @Override
    public final void setNoted(long held) {
        noted = held;
    }

    /** The stream that the request goes on in. One that was given up is heard no more. */
    private final class Back implements StreamListener {
        private @Nullable Http2Stream stream;
        private int owed;

        Http2Stream stream() {
            return Objects.requireNonNull(stream, "stream");
        }

        @SuppressWarnings("ReferenceEquality") // each attempt is an object of its own
        private boolean gone() {
            return back != this;
        }

        @Override
        public void onHeaders(Http2Headers headers, boolean endStream) {
            if (gone()) {
                return;
            }
            answerBytes += Fields.size(headers);
            if (answered) {
                noteGrpcStatus(headers);
                if (answerLength.more(0, true)) {
                    front.sendHeaders(headers, true);
                    ended();
                } else {
                    wrongLength();
                }
                return;
            }
            int number = Fields.number(headers.status());
            boolean last = number >= FIRST_FINAL;
            Http2Headers passed = answer(headers, number);
            if (passed == null || gone()) {
                return;
            }
            if (last) {
                status = number;
                noteGrpcStatus(headers);
                if (!answerFits(headers, endStream)) {
                    wrongLength();
                    return;
                }
                answered = true;
                body.answered();
            }
            front.sendHeaders(passed, endStream);
            if (endStream) {
                ended();
            }
        }

        private boolean answerFits(Http2Headers headers, boolean endStream) {
            boolean understood = answerLength.begin(headers);
            if (head || status == NO_CONTENT || status == NOT_MODIFIED) {
                answerLength.ignore();
            }
            return understood && answerLength.more(0, endStream);
        }

        private void noteGrpcStatus(Http2Headers headers) {
            int number = Fields.number(headers.get(Fields.GRPC_STATUS));
            if (grpc && number >= 0 && number <= MOST_GRPC_STATUS) {
                grpcStatus = number;
            }
        }

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            int bytes = data.readableBytes();
            if (gone()) {
                data.release();
                stream().consume(bytes);
                return;
            }
            if (!answerLength.more(bytes, endStream)) {
                data.release();
                stream().consume(bytes);
                wrongLength();
                return;
            }
            answerBytes += bytes;
            count(bytes, false);
            owed += bytes;
            front.sendData(data, endStream);
            credit();
            noteHeld();
            if (endStream) {
                ended();
            }
        }

        private void credit() {
            if (owed > 0 && front.isWritable()) {
                int bytes = owed;
                owed = 0;
                stream().consume(bytes);
            }
        }

        /** Both begin and end of an answer are on their way: what is wrong of it cannot be passed on (RFC 9113 section 8.1.1). */
        private void wrongLength() {
            dropBack(ErrorCode.PROTOCOL_ERROR);
            resetFront(ErrorCode.INTERNAL_ERROR);
        }

        private void ended() {
            answerEnded = true;
            tell(true);
            closeIfEnded();
        }

        @Override
        public void onReset(ErrorCode code) {
            if (gone()) {
                return;
            }
            lostBack();
            if (answerEnded) {
                stopCaller();
                close();
            } else if (!answered) {
                unanswered(code);
            } else if (code == ErrorCode.CONNECT_ERROR && grpc) {
                grpcStatus = Answers.UNAVAILABLE;
                front.sendHeaders(
                        Answers.trailers(
                                Answers.UNAVAILABLE, RequestCode.LOST.code(), "the connection that answered was lost"),
                        true);
                stopCaller();
                close();
            } else {
                resetFront(Resets.ofAnswer(code));
            }
        }

        @Override
        public void onWritable() {
            if (!gone()) {
                creditFront(stream());
                noteHeld();
            }
        }
    }
}
