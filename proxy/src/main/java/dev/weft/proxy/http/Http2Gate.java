package dev.weft.proxy.http;

import dev.weft.proxy.http2.flood.FloodGuard;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.FrameRules;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.pieces.PieceQueue;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Ticker;

/**
 * Judges the requests of an HTTP/2 connection with prior knowledge (RFC 9113), without terminating it: streams, windows
 * and most frames are those of the caller and the application. Only the heads of requests are written again, without
 * the application's header table. So the tables of both sides stay in step when a head is added or left out.
 *
 * <p>A denied stream never reaches the application. The gate answers it, and gives the caller credit of the
 * connection's window for its DATA. In the same way it gives the application credit for frames on a stream that was cut
 * off. Bodies pass unread.
 */
final class Http2Gate implements HttpGate {
    /** Frame payload, in octets, that every peer accepts (section 4.2). */
    static final int LEAST_MAX_FRAME_SIZE = Frames.DEFAULT_MAX_FRAME_SIZE;

    /** Offset of the type in a frame's header. */
    private static final int TYPE = 3;

    /** While this many octets wait for the application to finish a frame, the gate does not read the caller. */
    private static final int MOST_WAITING = 64 * 1024;

    private final GateOutput out;
    private final Http2Direction requests;
    /** What the caller sent while no more requests are read. */
    private final PieceQueue unread = new PieceQueue();

    private final Http2Direction responses;
    private final Http2Exchange exchange;
    private final Http2Drain drain;
    private final Http2CallerFrames caller;
    private final Http2ApplicationFrames application;
    /** Whether the caller has ended its direction, and what it sent before is not read yet. */
    private boolean requestEnded;

    private boolean ended;

    Http2Gate(RequestJudge judge, GateOutput out, Ticker ticker) {
        this.out = out;
        FloodGuard guard = new FloodGuard(ticker::nanoTime, judge::limitHit);
        this.exchange = new Http2Exchange(judge, ticker, this::toApplication, this::toCaller, out::applicationTakes);
        this.drain = new Http2Drain(exchange, guard);
        this.caller = new Http2CallerFrames(exchange, drain, guard);
        this.application = new Http2ApplicationFrames(exchange, caller, drain, guard);
        this.requests = new Http2Direction(caller, out::toApplication, exchange.requests::pauses, true);
        this.responses = new Http2Direction(application, out::toCaller, () -> false, false);
    }

    private void toApplication(ByteBuf frames) {
        send(requests, frames);
    }

    private void toCaller(ByteBuf frames) {
        send(responses, frames);
    }

    /**
     * Sends frames in a direction, which must begin with the SETTINGS of its side: a follower accepts no other frame
     * before.
     */
    private static void send(Http2Direction lane, ByteBuf frames) {
        boolean settings = frames.getByte(frames.readerIndex() + TYPE) == Frames.SETTINGS;
        if (!lane.begun() && settings) {
            lane.sendFirst(frames);
        } else {
            lane.send(frames);
        }
    }

    @Override
    public void request(ByteBuf data) {
        if (ended) {
            data.release();
            return;
        }
        try {
            exchange.requests.look();
            if (unread.isEmpty()) {
                read(data);
            } else {
                unread.addLast(data);
            }
            caller.read();
            endIfDone();
        } catch (Http2Violation violation) {
            brokenByCaller(violation);
        }
    }

    private void read(ByteBuf data) throws Http2Violation {
        ByteBuf rest = requests.read(data);
        if (rest != null) {
            unread.addFirst(rest);
        }
    }

    /** Reads what was kept, up to the next pause. */
    private void resume() throws Http2Violation {
        while (!requests.reading() && !exchange.requests.pauses()) {
            ByteBuf data = unread.poll();
            if (data == null) {
                return;
            }
            read(data);
        }
    }

    private void brokenByCaller(Http2Violation violation) {
        boolean flood = violation.code() == ErrorCode.ENHANCE_YOUR_CALM;
        end(violation, flood ? GateRefusal.Code.FLOOD : GateRefusal.Code.BROKEN_BY_CALLER);
    }

    @Override
    public void applicationTakes() {
        exchange.requests.look();
        if (ended || unread.isEmpty()) {
            return;
        }
        try {
            resume();
            caller.read();
            endIfDone();
        } catch (Http2Violation violation) {
            brokenByCaller(violation);
        }
        if (requestEnded && unread.isEmpty()) {
            requestEnded();
        }
    }

    @Override
    public void response(ByteBuf data) {
        if (ended) {
            data.release();
            return;
        }
        try {
            ByteBuf _ = responses.read(data); // this direction never pauses
            application.read();
            endIfDone();
        } catch (Http2Violation violation) {
            boolean flood = application.blamed();
            end(violation, flood ? GateRefusal.Code.FLOOD : GateRefusal.Code.BROKEN_BY_APPLICATION);
        }
    }

    @Override
    public void judgeAgain() {
        if (!ended) {
            exchange.judgeAgain();
            endIfDone();
        }
    }

    @Override
    public void drain() {
        if (!ended) {
            drain.begin();
        }
    }

    /** Ends both directions of a draining connection after its last stream, but not within a frame. */
    private void endIfDone() {
        if (!ended && drain.done() && requests.atBoundary() && responses.atBoundary()) {
            ended = true;
            release();
            out.finishCaller();
            out.finishApplication();
        }
    }

    private void end(Http2Violation violation, GateRefusal.Code code) {
        ended = true;
        String reason = String.valueOf(violation.getMessage());
        if (responses.atBoundary()) {
            if (!responses.begun()) {
                responses.sendFirst(Http2Octets.settings()); // without SETTINGS a client does not read the GOAWAY
            }
            responses.send(Http2Octets.goAway(drain.name(exchange.last()), violation.code(), reason));
        }
        release();
        out.refuse(GateRefusal.of(code, reason));
    }

    @Override
    public void requestEnded() {
        requestEnded = true;
        if (!ended && unread.isEmpty()) {
            out.finishApplication();
        }
    }

    @Override
    public void responseEnded() {
        if (!ended) {
            out.finishCaller();
        }
    }

    @Override
    public void close() {
        if (!ended) {
            ended = true;
            release();
        }
    }

    private void release() {
        requests.stop();
        unread.release();
        responses.stop();
        caller.close();
        application.close();
        exchange.close();
    }

    @Override
    public int held() {
        return requests.held()
                + unread.held()
                + responses.held()
                + caller.held()
                + application.held()
                + exchange.held();
    }

    @Override
    public boolean full() {
        return responses.held() >= MOST_WAITING || !unread.isEmpty();
    }

    /** Checks the bounds of both sides' settings (section 6.5.2). */
    static void checkSettings(Http2SettingsFrame settings) throws Http2Violation {
        settings.check(Frames.SETTINGS_ENABLE_PUSH, 0, 1, ErrorCode.PROTOCOL_ERROR);
        settings.check(Frames.SETTINGS_INITIAL_WINDOW_SIZE, 0, Integer.MAX_VALUE, ErrorCode.FLOW_CONTROL_ERROR);
        settings.check(
                Frames.SETTINGS_MAX_FRAME_SIZE,
                LEAST_MAX_FRAME_SIZE,
                Frames.LARGEST_MAX_FRAME_SIZE,
                ErrorCode.PROTOCOL_ERROR);
    }

    static void checkSize(int length, int most) throws Http2Violation {
        if (length > most) {
            throw Http2Violation.connection(
                    ErrorCode.FRAME_SIZE_ERROR,
                    "frame of " + length + " octets (expected: at most " + most + ", section 4.2)");
        }
    }

    static Http2Follower.Course onConnection(int streamId, boolean sizeFits, String frame) throws Http2Violation {
        FrameRules.onConnection(streamId, sizeFits, frame);
        return Http2Follower.Course.PASS;
    }
}
