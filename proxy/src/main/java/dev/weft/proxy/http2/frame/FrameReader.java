package dev.weft.proxy.http2.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Splits the inbound bytes into frames (RFC 9113 section 4.1). DATA payload is passed on in the pieces in which it
 * arrives, as slices. Other frames are passed whole, and are copied only if they arrive in pieces.
 */
public final class FrameReader {

    /** Receives frames. Each method may throw to end the connection or the stream. */
    public interface Sink {
        /** A frame begins. Returns false if its payload is not needed. */
        boolean begin(int type, int flags, int streamId, int length) throws Http2Violation;

        /** Receives a piece of the DATA frame that began last; ownership passes. */
        void data(ByteBuf piece, boolean endStream);

        /** Counts octets of padding, including its length field, in the DATA frame that began last. */
        void padding(int octets) throws Http2Violation;

        /** Receives the whole frame that began last; the payload is only lent. */
        void frame(int type, int flags, int streamId, ByteBuf payload) throws Http2Violation;

        /** The peer broke a rule of one stream. */
        void streamError(Http2Violation violation) throws Http2Violation;
    }

    private enum State {
        PREFACE,
        HEAD,
        PAD_LENGTH,
        DATA,
        SKIP,
        PAYLOAD,
        STOPPED
    }

    private final Sink sink;
    private final int maxFrameSize;
    private final byte[] scratch = new byte[Frames.HEADER_LENGTH];
    private int scratchLength;
    private State state;
    private int prefaceSeen;

    private int type;
    private int flags;
    private int streamId;
    /** Octets of the frame's payload that have not come yet; for DATA without its padding. */
    private int remaining;

    private int padding;
    private boolean wanted;
    private @Nullable ByteBuf partial;

    public FrameReader(Sink sink, int maxFrameSize, boolean expectPreface) {
        this.sink = sink;
        this.maxFrameSize = maxFrameSize;
        this.state = expectPreface ? State.PREFACE : State.HEAD;
    }

    /** Reads all of {@code in} and takes ownership of it. */
    public void read(ByteBuf in) throws Http2Violation {
        boolean owned = true;
        try {
            while (in.isReadable() && state != State.STOPPED) {
                if (state == State.DATA && remaining >= in.readableBytes() && wanted) {
                    owned = false; // the rest is one piece: pass the buffer itself
                    piece(in, in.readableBytes());
                    return;
                }
                step(in);
            }
        } finally {
            if (owned) {
                in.release();
            }
        }
    }

    /** Returns the memory, in octets, of a frame other than DATA whose end has not come. */
    public int held() {
        return partial == null ? 0 : partial.capacity();
    }

    /** Ignores all bytes that still arrive. */
    public void stop() {
        state = State.STOPPED;
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }

    private void step(ByteBuf in) throws Http2Violation {
        try {
            switch (state) {
                case PREFACE -> preface(in);
                case HEAD -> head(in);
                case PAD_LENGTH -> padLength(in);
                case DATA -> data(in);
                case SKIP -> skip(in);
                case PAYLOAD -> payload(in);
                case STOPPED -> {}
            }
        } catch (Http2Violation violation) {
            if (violation.streamId() == 0) {
                throw violation;
            }
            sink.streamError(violation);
        }
    }

    private void preface(ByteBuf in) throws Http2Violation {
        while (in.isReadable() && prefaceSeen < Frames.PREFACE.length()) {
            if (in.readByte() != Frames.PREFACE.byteAt(prefaceSeen++)) {
                throw FrameRules.protocol("octet " + prefaceSeen + " is not of the connection preface (section 3.4)");
            }
        }
        if (prefaceSeen == Frames.PREFACE.length()) {
            state = State.HEAD;
        }
    }

    private void head(ByteBuf in) throws Http2Violation {
        if (scratchLength == 0 && in.readableBytes() >= Frames.HEADER_LENGTH) {
            long first = in.readLong();
            begin(first, in.readByte());
            return;
        }
        int n = Math.min(Frames.HEADER_LENGTH - scratchLength, in.readableBytes());
        in.readBytes(scratch, scratchLength, n);
        scratchLength += n;
        if (scratchLength == Frames.HEADER_LENGTH) {
            scratchLength = 0;
            ByteBuf header = Unpooled.wrappedBuffer(scratch);
            begin(header.readLong(), header.readByte());
        }
    }

    private void begin(long first, byte last) throws Http2Violation {
        int length = (int) (first >>> 40);
        type = (int) (first >>> 32) & 0xff;
        flags = (int) (first >>> 24) & 0xff;
        streamId = ((int) (first << 8) | (last & 0xff)) & 0x7fff_ffff;
        if (length > maxFrameSize) {
            throw Http2Violation.connection(
                    ErrorCode.FRAME_SIZE_ERROR,
                    "frame of type " + type + " with " + length + " octets (expected: at most " + maxFrameSize
                            + ", section 4.2)");
        }
        remaining = length;
        padding = 0;
        state = State.SKIP; // if begin throws for the stream only, the payload is skipped
        if (length == 0) {
            state = State.HEAD;
        }
        wanted = false;
        wanted = sink.begin(type, flags, streamId, length);
        if (state == State.STOPPED) {
            return;
        }
        if (type == Frames.DATA) {
            beginData(length);
        } else if (length == 0) {
            if (wanted) {
                sink.frame(type, flags, streamId, Unpooled.EMPTY_BUFFER);
            }
        } else {
            state = wanted ? State.PAYLOAD : State.SKIP;
        }
    }

    private void beginData(int length) throws Http2Violation {
        if ((flags & Frames.PADDED) != 0) {
            if (length == 0) {
                throw Http2Violation.connection(
                        ErrorCode.FRAME_SIZE_ERROR, "padded DATA without a pad length (section 6.1)");
            }
            state = State.PAD_LENGTH;
        } else if (length == 0) {
            endOfData();
        } else {
            state = State.DATA;
        }
    }

    private void padLength(ByteBuf in) throws Http2Violation {
        padding = in.readUnsignedByte();
        if (padding >= remaining) {
            throw FrameRules.protocol("padding of " + padding + " octets exceeds the DATA frame (section 6.1)");
        }
        remaining -= 1 + padding;
        if (wanted) {
            sink.padding(1 + padding);
        }
        if (remaining > 0) {
            state = State.DATA;
        } else {
            afterData();
        }
    }

    private void data(ByteBuf in) {
        int n = Math.min(remaining, in.readableBytes());
        if (wanted) {
            piece(in.readRetainedSlice(n), n);
        } else {
            in.skipBytes(n);
            remaining -= n;
            if (remaining == 0) {
                afterData();
            }
        }
    }

    /** Passes on a piece of {@code n} octets; ownership passes even if this throws. */
    private void piece(ByteBuf piece, int n) {
        remaining -= n;
        if (remaining > 0) {
            sink.data(piece, false);
        } else if (padding > 0) {
            state = State.SKIP;
            remaining = padding;
            sink.data(piece, false);
        } else {
            state = State.HEAD;
            sink.data(piece, (flags & Frames.END_STREAM) != 0);
        }
    }

    private void afterData() {
        if (padding > 0) {
            state = State.SKIP;
            remaining = padding;
        } else {
            endOfData();
        }
    }

    /** Ends a DATA frame whose last piece did not report the end of the stream. */
    private void endOfData() {
        state = State.HEAD;
        if (wanted && (flags & Frames.END_STREAM) != 0) {
            sink.data(Unpooled.EMPTY_BUFFER, true);
        }
    }

    private void skip(ByteBuf in) {
        int n = Math.min(remaining, in.readableBytes());
        in.skipBytes(n);
        remaining -= n;
        if (remaining == 0) {
            if (type == Frames.DATA) {
                endOfData();
            } else {
                state = State.HEAD;
            }
        }
    }

    private void payload(ByteBuf in) throws Http2Violation {
        int n = Math.min(remaining, in.readableBytes());
        if (partial == null && n == remaining) {
            state = State.HEAD;
            sink.frame(type, flags, streamId, in.readSlice(n));
            return;
        }
        ByteBuf whole = partial;
        if (whole == null) {
            whole = ByteBufAllocator.DEFAULT.buffer(n, remaining); // grows with what comes, not with what is announced
            partial = whole;
        }
        whole.writeBytes(in, n);
        remaining -= n;
        if (remaining == 0) {
            partial = null;
            state = State.HEAD;
            try {
                sink.frame(type, flags, streamId, whole);
            } finally {
                whole.release();
            }
        }
    }
}
