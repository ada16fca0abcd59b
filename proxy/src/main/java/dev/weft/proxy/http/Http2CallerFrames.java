package dev.weft.proxy.http;

import dev.weft.policy.decide.Decision;
import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.http2.flood.FloodGuard;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.FrameRules;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.http2.frame.Http2Violation;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/** Decides about each frame of the caller, and checks the rules of the protocol. */
final class Http2CallerFrames extends Http2Side {
    /** Most streams that a caller may have open, whatever the application allows. */
    static final int MOST_STREAMS = 1024;

    private final Http2Drain drain;
    private final FloodGuard guard;
    /** The limit on open streams, as the application allows. */
    private long maxStreams = MOST_STREAMS;

    private int maxFrameSize = Http2Gate.LEAST_MAX_FRAME_SIZE;

    Http2CallerFrames(Http2Exchange exchange, Http2Drain drain, FloodGuard guard) {
        super(exchange, exchange::toCaller, guard::hit, false);
        this.drain = drain;
        this.guard = guard;
    }

    /** Sets the limits that the application allows the caller. */
    void allowed(Http2SettingsFrame settings) {
        maxStreams = Math.min(MOST_STREAMS, settings.get(Frames.SETTINGS_MAX_CONCURRENT_STREAMS, maxStreams));
        maxFrameSize = (int) Math.max(maxFrameSize, settings.get(Frames.SETTINGS_MAX_FRAME_SIZE, maxFrameSize));
    }

    @Override
    int maxFrameSize() {
        return maxFrameSize;
    }

    @Override
    Http2Tables acknowledges() {
        return exchange.requestTables;
    }

    @Override
    Course decide(Http2FrameHeader frame) throws Http2Violation {
        int streamId = frame.streamId();
        int length = frame.length();
        return switch (frame.type()) {
            case Frames.DATA -> data(frame);
            case Frames.RST_STREAM -> reset(streamId, length);
            case Frames.PUSH_PROMISE -> throw FrameRules.protocol("PUSH_PROMISE of a client (section 8.4)");
            case Frames.PING -> drain.acknowledged(frame) ? Course.DROP : ping(streamId, length);
            case Frames.GOAWAY -> {
                guard.idleFrame();
                yield Http2Gate.onConnection(streamId, length >= 8, "GOAWAY (section 6.8)");
            }
            case Frames.WINDOW_UPDATE -> windowUpdate(frame);
            default -> {
                guard.idleFrame(); // PRIORITY and unknown types (section 5.5)
                yield Course.DROP;
            }
        };
    }

    @Override
    public void streamError(Http2Violation violation) throws Http2Violation {
        guard.reset();
        Http2Request request = exchange.get(violation.streamId());
        if (request == null) {
            exchange.judge.refused(GateRefusal.brokenByCaller(violation));
            exchange.toCaller(Http2Octets.reset(violation.streamId(), violation.code()));
        } else {
            exchange.breakOff(request, violation.code());
        }
    }

    private Course data(Http2FrameHeader frame) throws Http2Violation {
        boolean ends = frame.endsStream();
        int length = frame.length();
        if (frame.content() == 0 && !ends) {
            guard.idleFrame();
        }
        Http2Request request = existing(frame.streamId(), "DATA (section 6.1)");
        if (request == null) {
            credit += length;
            guard.answer();
            return Course.DROP;
        }
        Http2Violation why = request.data(frame);
        if (why != null) {
            credit += length; // the frame is dropped
            throw why;
        }
        if (ends) {
            exchange.callerEnded(request);
        }
        return Course.PASS;
    }

    private Course reset(int streamId, int length) throws Http2Violation {
        FrameRules.size(length == 4, "RST_STREAM (section 6.4)");
        Http2Request request = existing(streamId, "RST_STREAM (section 6.4)");
        if (request == null) {
            guard.answer();
            return Course.DROP;
        }
        if (!request.answered()) {
            guard.reset();
        }
        exchange.reset(request);
        return Course.PASS;
    }

    @Override
    Course settings(Http2FrameHeader frame) throws Http2Violation {
        guard.idleFrame();
        return super.settings(frame);
    }

    @Override
    void apply(Http2SettingsFrame settings) throws Http2Violation {
        if (!settingsReceived || settings.get(Frames.SETTINGS_ENABLE_PUSH) != null) {
            settings.set(Frames.SETTINGS_ENABLE_PUSH, 0); // a promised request would not come from the caller
        }
        exchange.responseTables.offered(settings.get(Frames.SETTINGS_HEADER_TABLE_SIZE, -1));
        exchange.allowResponseFrames(settings.get(Frames.SETTINGS_MAX_FRAME_SIZE, 0));
        exchange.answers.streamWindow(
                settings.get(Frames.SETTINGS_INITIAL_WINDOW_SIZE, exchange.answers.streamWindow()));
        exchange.toApplication(settings.frame());
    }

    private Course ping(int streamId, int length) throws Http2Violation {
        guard.answer(); // the caller acknowledges a PING, or measures the bandwidth, as gRPC clients do
        return Http2Gate.onConnection(streamId, length == 8, "PING (section 6.7)");
    }

    private Course windowUpdate(Http2FrameHeader frame) throws Http2Violation {
        guard.answer();
        FrameRules.size(frame.length() == 4, "WINDOW_UPDATE (section 6.9)");
        int increment = frame.number() & 0x7fff_ffff;
        if (frame.streamId() == 0) {
            exchange.credit(increment);
            return Course.DROP;
        }
        Http2Request request = existing(frame.streamId(), "WINDOW_UPDATE (section 6.9)");
        if (request == null) {
            return Course.DROP;
        }
        request.credit(increment, exchange.answers.streamWindow());
        return Course.PASS;
    }

    /**
     * Returns the open request; null if its stream has ended. A frame on a stream that was never opened is a violation.
     */
    private @Nullable Http2Request existing(int streamId, String frame) throws Http2Violation {
        if (streamId == 0 || streamId > exchange.last()) {
            throw FrameRules.protocol(frame + " on stream " + streamId + ", which was never opened (section 5.1)");
        }
        return exchange.get(streamId);
    }

    @Override
    void headers(int streamId, ByteBuf fields, boolean endStream, ByteBuf frames) throws Http2Violation {
        boolean opens = streamId > exchange.last();
        if (opens) {
            if ((streamId & 1) == 0) {
                throw FrameRules.protocol("HEADERS on stream " + streamId + " of a client (section 5.1.1)");
            }
            exchange.opened(streamId);
            guard.opened();
        }
        Http2Headers headers;
        try {
            headers = exchange.requestTables.decode(streamId, fields); // always, to keep the table in step
        } catch (Http2Violation violation) {
            if (opens && violation.isHeadTooLarge()) {
                guard.headTooLarge();
                refuse(streamId, GateRefusal.requestHead(exchange.heads().octets()), true, endStream);
                return;
            }
            throw violation;
        }
        Http2Request request = exchange.get(streamId);
        if (opens) {
            if (!drain.refused(streamId)) {
                request(streamId, headers, endStream);
            }
        } else if (request == null) {
            Http2Head.checkLate(streamId, headers);
            guard.idleFrame(); // trailers that came after the stream had ended
        } else if (request.callerEnded) {
            throw request.afterEnd("HEADERS");
        } else {
            Http2Head.checkTrailers(streamId, headers, endStream, exchange.heads());
            if (!request.requestLength.more(0, true)) {
                throw BodyLength.violation(streamId);
            }
            int size = exchange.forward(streamId, request.passing, headers, "", true);
            request.requestBytes += size;
            exchange.callerEnded(request);
        }
    }

    private void request(int streamId, Http2Headers headers, boolean endStream) throws Http2Violation {
        if (exchange.streams() >= maxStreams) {
            throw Http2Violation.stream(
                    streamId, ErrorCode.REFUSED_STREAM, "more than " + maxStreams + " streams (section 5.1.2)");
        }
        Http2Head.Reading read;
        try {
            read = Http2Head.read(streamId, headers, exchange.heads(), exchange.judge.lenient());
        } catch (UnacceptableException e) {
            guard.reset();
            refuse(streamId, e.refusal(), Http2Head.isHead(headers), endStream);
            return;
        }
        BodyLength length = BodyLength.of(streamId, headers, endStream);
        Decision decision = exchange.judge.judge(read.request());
        if (decision.allowed()) {
            long now = exchange.now();
            Passing passing = exchange.judge.passing(read.request());
            int size = exchange.forward(streamId, passing, headers, exchange.judge.clientId(), endStream);
            Http2Request request = new Http2Request(streamId, read, passing, size, length, decision, now);
            request.callerEnded = endStream;
            exchange.add(request, headers.size());
        } else {
            deny(streamId, read, length, decision, endStream);
        }
    }

    /** Answers a request that cannot pass, whatever policy says. */
    private void refuse(int streamId, GateRefusal refusal, boolean bodiless, boolean endStream) {
        exchange.judge.refused(refusal);
        exchange.answer(
                streamId, exchange.answers.whole(streamId, LocalResponse.refused(refusal), bodiless), endStream);
    }

    private void deny(int streamId, Http2Head.Reading read, BodyLength length, Decision decision, boolean endStream) {
        Http2Request denied = new Http2Request(streamId, read, Passing.ALL, 0, length, decision, exchange.now());
        HttpRequest head = read.request();
        LocalResponse said = LocalResponse.denied(decision, exchange.judge.reason(decision), head.grpc(), false);
        denied.denied(decision, said.status());
        ByteBuf answer = exchange.answers.whole(streamId, said, denied.isHead());
        denied.responseBytes = answer.readableBytes();
        exchange.answer(streamId, answer, endStream);
        exchange.judge.ended(denied.record(true, exchange.now()), head);
    }
}
