package dev.weft.proxy.http;

import dev.weft.proxy.http2.flood.Limit;
import dev.weft.proxy.http2.frame.FrameRules;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.http2.header.BlockCollector;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/** Follows the frames of one side of a connection: what holds for the caller and for the application alike. */
abstract class Http2Side implements Http2Follower {
    final Http2Exchange exchange;
    private final BlockCollector block;
    private final Consumer<ByteBuf> back;
    /** Whether SETTINGS have come, which must be the first frame. */
    boolean settingsReceived;
    /** Octets of dropped DATA, for which the gate gives this side credit of the connection's window. */
    int credit;

    /**
     * Makes a side that has sent nothing yet.
     *
     * @param back sends frames back to this side
     * @param hits is called for a header block that exceeds a limit
     * @param keepsBlocks whether header blocks are kept as they came
     */
    Http2Side(Http2Exchange exchange, Consumer<ByteBuf> back, Consumer<Limit> hits, boolean keepsBlocks) {
        this.exchange = exchange;
        this.back = back;
        this.block = new BlockCollector(
                this::headers, hits, keepsBlocks, exchange.heads().octets());
    }

    /** Returns the largest frame payload that this side may send. */
    abstract int maxFrameSize();

    /** Decides about a frame that is neither a part of a header block nor SETTINGS. */
    abstract Course decide(Http2FrameHeader frame) throws Http2Violation;

    /** Applies the settings of this side, whose bounds were checked, and passes them on. */
    abstract void apply(Http2SettingsFrame settings) throws Http2Violation;

    /** Receives a whole header block; see {@link BlockCollector.Whole}. */
    abstract void headers(int streamId, ByteBuf fields, boolean endStream, ByteBuf frames) throws Http2Violation;

    /** Returns the header tables whose sizes an acknowledgement of this side puts in force. */
    abstract Http2Tables acknowledges();

    final int held() {
        return block.held();
    }

    final void close() {
        block.close();
    }

    /** Gives credit for dropped DATA, after all received data was read. */
    final void read() {
        if (credit > 0) {
            back.accept(Http2Octets.windowUpdate(0, credit));
            credit = 0;
        }
    }

    @Override
    public final Course begin(Http2FrameHeader frame) throws Http2Violation {
        int type = frame.type();
        int streamId = frame.streamId();
        if (!settingsReceived && (type != Frames.SETTINGS || (frame.flags() & Frames.ACK) != 0)) {
            throw FrameRules.protocol("frame of type " + type + " before SETTINGS (section 3.4)");
        }
        if (!block.admits(type, streamId)) {
            throw FrameRules.protocol("frame of type " + type + " within a header block (section 6.10)");
        }
        Http2Gate.checkSize(frame.length(), maxFrameSize());
        return switch (type) {
            case Frames.HEADERS, Frames.CONTINUATION -> {
                block.begin(type, streamId, frame.length());
                yield Course.TAKE;
            }
            case Frames.SETTINGS -> settings(frame);
            default -> decide(frame);
        };
    }

    Course settings(Http2FrameHeader frame) throws Http2Violation {
        Http2SettingsFrame.checkLength(frame.streamId(), frame.flags(), frame.length());
        if ((frame.flags() & Frames.ACK) == 0) {
            return Course.TAKE;
        }
        acknowledges().acknowledged();
        return Course.PASS;
    }

    @Override
    public final void taken(int type, int flags, int streamId, ByteBuf payload) throws Http2Violation {
        if (type == Frames.SETTINGS) {
            Http2SettingsFrame settings = new Http2SettingsFrame(payload);
            Http2Gate.checkSettings(settings);
            apply(settings);
            settingsReceived = true;
        } else {
            block.taken(type, flags, streamId, payload);
        }
    }
}
