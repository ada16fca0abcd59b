package dev.weft.proxy.http;

import dev.weft.proxy.http2.flood.FloodGuard;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.FrameRules;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.http2.frame.Http2Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * Decides about each frame of the application. Header blocks pass as they came, until one must be held back because the
 * gate cut its stream off. From then on the caller's header table differs, and the gate writes blocks without that
 * table.
 */
final class Http2ApplicationFrames extends Http2Side {
    private final Http2CallerFrames caller;
    private final Http2Drain drain;
    private final FloodGuard guard;
    private boolean literal;
    private boolean blamed;

    /** @param guard allows the caller more answers for each frame that is sent to it */
    Http2ApplicationFrames(Http2Exchange exchange, Http2CallerFrames caller, Http2Drain drain, FloodGuard guard) {
        super(exchange, exchange::toApplication, _ -> {}, true);
        this.drain = drain;
        this.caller = caller;
        this.guard = guard;
    }

    @Override
    int maxFrameSize() {
        return exchange.responseFrameSize();
    }

    @Override
    Http2Tables acknowledges() {
        return exchange.responseTables;
    }

    @Override
    Course decide(Http2FrameHeader frame) throws Http2Violation {
        int streamId = frame.streamId();
        int length = frame.length();
        return switch (frame.type()) {
            case Frames.DATA -> data(frame);
            case Frames.RST_STREAM -> reset(streamId, length, ErrorCode.of(frame.number()));
            case Frames.PUSH_PROMISE -> throw FrameRules.protocol("PUSH_PROMISE, which was not allowed (section 8.4)");
            case Frames.PING -> ping(frame.flags(), streamId, length);
            case Frames.GOAWAY -> {
                Course course = Http2Gate.onConnection(streamId, length >= 8, "GOAWAY (section 6.8)");
                yield drain.passes(frame.number()) ? course : Course.DROP;
            }
            case Frames.WINDOW_UPDATE -> windowUpdate(streamId, length);
            default -> Course.DROP; // PRIORITY and unknown types (section 5.5)
        };
    }

    @Override
    public void streamError(Http2Violation violation) {
        // Errors of one stream are left to the caller.
    }

    private Course data(Http2FrameHeader frame) throws Http2Violation {
        boolean ends = frame.endsStream();
        int streamId = frame.streamId();
        int length = frame.length();
        if (cut(streamId, ends)) {
            credit += length;
            return Course.DROP;
        }
        checkOpened(streamId, "DATA (section 6.1)");
        Http2Request request = exchange.get(streamId);
        if (request != null && !request.applicationEnded) {
            if (!request.fits(frame.content(), ends) && exchange.judge.strict()) {
                credit += length;
                exchange.wrongResponseLength(request, ends);
                return Course.DROP;
            }
            request.passed(length);
            if (ends) {
                exchange.applicationEnded(request);
            }
        }
        guard.sent(length);
        return Course.PASS;
    }

    private boolean cut(int streamId, boolean ends) {
        boolean cut = exchange.cut.contains(streamId);
        if (cut && ends) {
            exchange.cut.remove(streamId);
        }
        return cut;
    }

    private void checkOpened(int streamId, String frame) throws Http2Violation {
        if (streamId == 0 || (streamId & 1) == 0 || streamId > exchange.last()) {
            throw FrameRules.protocol(frame + " on stream " + streamId + ", which was never opened (section 5.1)");
        }
    }

    private Course reset(int streamId, int length, ErrorCode code) throws Http2Violation {
        FrameRules.size(length == 4, "RST_STREAM (section 6.4)");
        checkOpened(streamId, "RST_STREAM (section 6.4)");
        if (cut(streamId, true)) {
            return Course.DROP;
        }
        Http2Request request = exchange.get(streamId);
        if (request != null) {
            exchange.reset(request);
            if (!request.answered()) {
                blame(code);
            }
        }
        return Course.PASS;
    }

    /**
     * Counts a reset to the caller if its code says that the caller broke a rule. Such resets free streams as those by
     * the caller itself do, so they must not cause more work (CVE-2025-8671).
     */
    private void blame(ErrorCode code) throws Http2Violation {
        switch (code) {
            case PROTOCOL_ERROR,
                    FLOW_CONTROL_ERROR,
                    STREAM_CLOSED,
                    FRAME_SIZE_ERROR,
                    COMPRESSION_ERROR,
                    ENHANCE_YOUR_CALM -> {
                blamed = true;
                guard.reset();
                blamed = false;
            }
            default -> {} // it says nothing about the caller
        }
    }

    /** Whether the caller is to blame for the violation that was thrown last. */
    boolean blamed() {
        return blamed;
    }

    @Override
    void apply(Http2SettingsFrame settings) throws Http2Violation {
        settings.lowerTo(Frames.SETTINGS_MAX_CONCURRENT_STREAMS, Http2CallerFrames.MOST_STREAMS);
        if (!settingsReceived && settings.get(Frames.SETTINGS_MAX_CONCURRENT_STREAMS) == null) {
            settings.set(Frames.SETTINGS_MAX_CONCURRENT_STREAMS, Http2CallerFrames.MOST_STREAMS);
        }
        settings.lowerTo(Http2SettingsFrame.ENABLE_CONNECT_PROTOCOL, 0); // requests of extended CONNECT do not pass
        exchange.requestTables.offered(settings.get(Frames.SETTINGS_HEADER_TABLE_SIZE, -1));
        caller.allowed(settings);
        exchange.toCaller(settings.frame());
    }

    private Course ping(int flags, int streamId, int length) throws Http2Violation {
        if ((flags & Frames.ACK) == 0) {
            guard.sent(0); // the caller has to acknowledge it
        }
        return Http2Gate.onConnection(streamId, length == 8, "PING (section 6.7)");
    }

    private Course windowUpdate(int streamId, int length) throws Http2Violation {
        FrameRules.size(length == 4, "WINDOW_UPDATE (section 6.9)");
        if (streamId == 0) {
            return Course.PASS;
        }
        checkOpened(streamId, "WINDOW_UPDATE (section 6.9)");
        return exchange.get(streamId) == null ? Course.DROP : Course.PASS;
    }

    @Override
    void headers(int streamId, ByteBuf fields, boolean endStream, ByteBuf frames) throws Http2Violation {
        checkOpened(streamId, "HEADERS (section 6.2)");
        Http2Headers headers = null;
        Http2Violation malformed = null;
        try {
            headers = exchange.responseTables.decode(streamId, fields);
        } catch (Http2Violation violation) {
            if (violation.streamId() == 0) {
                throw violation;
            }
            malformed = violation;
        }
        if (cut(streamId, endStream)) {
            literal = true;
        } else if (malformed != null && malformed.isHeadTooLarge() && (literal || exchange.judge.strict())) {
            literal = true;
            exchange.responseTooLarge(streamId, endStream);
        } else if (malformed != null && literal) {
            throw Http2Violation.connection(ErrorCode.INTERNAL_ERROR, "fields that cannot be written again");
        } else if (misfits(streamId, headers, endStream)) {
            literal = true;
        } else {
            pass(streamId, headers, endStream, frames);
        }
    }

    /** Breaks a response off whose length is not what its head says. */
    private boolean misfits(int streamId, @Nullable Http2Headers headers, boolean endStream) {
        Http2Request request = exchange.get(streamId);
        if (request == null
                || request.applicationEnded
                || request.fits(headers, endStream)
                || !exchange.judge.strict()) {
            return false;
        }
        exchange.wrongResponseLength(request, endStream);
        return true;
    }

    /** @param headers null if the fields are malformed; the caller detects that itself */
    private void pass(int streamId, @Nullable Http2Headers headers, boolean endStream, ByteBuf frames) {
        if (headers == null || !literal) {
            exchange.responseTables.said();
            exchange.toCaller(frames.retain());
        } else {
            ByteBuf written = ByteBufAllocator.DEFAULT.buffer();
            exchange.responseTables.say(written);
            headers.forEach(field -> Http2Literals.field(written, field.getKey(), field.getValue()));
            ByteBuf again = ByteBufAllocator.DEFAULT.buffer();
            Http2Octets.headers(again, streamId, written, endStream);
            written.release();
            exchange.toCaller(again);
        }
        Http2Request request = exchange.get(streamId);
        if (request != null && !request.applicationEnded) {
            request.passed(headers, frames.readableBytes());
            if (endStream) {
                exchange.applicationEnded(request);
            }
        }
    }
}
