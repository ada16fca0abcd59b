package dev.weft.proxy.http;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.pieces.PieceQueue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of an HTTP/2 connection, followed frame by frame and not terminated. Frames that pass keep their
 * octets, and leave in as few buffers as they came in. The gate's own frames go between them, never into one.
 */
final class Http2Direction {
    private enum State {
        PREFACE,
        HEAD,
        PASSING,
        TAKING,
        DROPPING,
        STOPPED
    }

    private final Http2Follower follower;
    private final Consumer<ByteBuf> out;
    private final BooleanSupplier pauses;
    private final PieceQueue waiting = new PieceQueue();
    private final Http2FrameHeader header = new Http2FrameHeader();
    private State state;
    private int prefaceSeen;

    /** Octets of the frame's payload that have not come yet. */
    private int remaining;

    private @Nullable ByteBuf partial;
    private boolean begun;

    /** The buffer being read; null between reads. */
    private @Nullable ByteBuf in;
    /** Index in {@link #in} where the octets begin that pass but have not left yet. */
    private int run;
    /** Index in {@link #in} up to which octets pass: the end of a whole frame, or of a part of a passing one. */
    private int boundary;

    /**
     * Makes a direction of which nothing has been read.
     *
     * @param pauses whether no more is read for now
     * @param expectPreface whether this is the client's direction, which begins with the preface
     */
    Http2Direction(Http2Follower follower, Consumer<ByteBuf> out, BooleanSupplier pauses, boolean expectPreface) {
        this.pauses = pauses;
        this.follower = follower;
        this.out = out;
        this.state = expectPreface ? State.PREFACE : State.HEAD;
    }

    /**
     * Reads {@code data} and takes ownership of it. Returns the rest, if the direction pauses; null if all was read.
     * Ownership of the rest passes.
     */
    @Nullable
    ByteBuf read(ByteBuf data) throws Http2Violation {
        in = data;
        skipped(data);
        boolean rest = false;
        try {
            while (data.isReadable() && state != State.STOPPED && !pauses.getAsBoolean()) {
                step(data);
            }
            rest = data.isReadable() && state != State.STOPPED;
        } finally {
            in = null;
            boolean whole = run == 0 && boundary == data.writerIndex();
            if (state != State.STOPPED && boundary > run) {
                out.accept(whole ? data.retain().readerIndex(0) : data.retainedSlice(run, boundary - run));
            }
            if (!rest) {
                data.release();
            }
        }
        return rest ? data : null;
    }

    /** Whether data is being read. */
    boolean reading() {
        return in != null;
    }

    /** Sends the direction's first SETTINGS; the gate's other frames have waited for it (RFC 9113 section 3.4). */
    void sendFirst(ByteBuf settings) {
        leave();
        out.accept(settings);
        begun = true;
        sendWaiting();
    }

    /** Sends the gate's own frames, as soon as the direction has begun and no other frame has left in part. */
    void send(ByteBuf frames) {
        if (state == State.STOPPED) {
            frames.release();
        } else if (!begun || state == State.PASSING || !waiting.isEmpty()) {
            waiting.addLast(frames);
        } else {
            leave();
            out.accept(frames);
        }
    }

    /** Whether no frame has left in part. */
    boolean atBoundary() {
        return state != State.PASSING && state != State.PREFACE;
    }

    boolean begun() {
        return begun;
    }

    /** Bytes that the lane keeps. */
    int held() {
        return waiting.held() + (partial == null ? 0 : partial.capacity());
    }

    /** Stops the lane: no more bytes pass. */
    void stop() {
        leave();
        state = State.STOPPED;
        if (partial != null) {
            partial.release();
            partial = null;
        }
        waiting.release();
    }

    /** Sends the octets that pass and came before. */
    private void leave() {
        ByteBuf reading = in;
        if (reading != null && boundary > run) {
            out.accept(reading.retainedSlice(run, boundary - run));
            run = boundary;
        }
    }

    private void step(ByteBuf data) throws Http2Violation {
        try {
            switch (state) {
                case PREFACE -> preface(data);
                case HEAD -> head(data);
                case PASSING -> pass(data);
                case TAKING -> take(data);
                case DROPPING -> drop(data);
                case STOPPED -> {}
            }
        } catch (Http2Violation violation) {
            if (violation.streamId() == 0) {
                throw violation;
            }
            follower.streamError(violation);
        }
    }

    private void preface(ByteBuf data) throws Http2Violation {
        while (data.isReadable() && prefaceSeen < Frames.PREFACE.length()) {
            if (data.readByte() != Frames.PREFACE.byteAt(prefaceSeen++)) {
                throw Http2Violation.connection(
                        ErrorCode.PROTOCOL_ERROR,
                        "octet " + prefaceSeen + " is not of the connection preface (section 3.4)");
            }
        }
        boundary = data.readerIndex();
        if (prefaceSeen == Frames.PREFACE.length()) {
            state = State.HEAD;
        }
    }

    private void head(ByteBuf data) throws Http2Violation {
        boolean whole = header.read(data);
        if (header.inPieces()) {
            leave();
            skipped(data); // these octets leave as a copy, if they pass
        }
        if (whole) {
            begin(data);
        }
    }

    private void begin(ByteBuf data) throws Http2Violation {
        remaining = header.rest();
        state = State.DROPPING; // in case the follower throws for the stream only
        boolean passes = false;
        Http2Follower.Course course;
        try {
            course = follower.begin(header);
            passes = course == Http2Follower.Course.PASS;
        } finally {
            if (!passes) {
                leave();
                skipped(data);
                if (remaining == 0 && state != State.STOPPED) {
                    state = State.HEAD;
                }
            }
        }
        if (state != State.STOPPED) {
            follow(course, data);
        }
    }

    private void follow(Http2Follower.Course course, ByteBuf data) throws Http2Violation {
        switch (course) {
            case PASS -> {
                if (header.inPieces()) {
                    out.accept(header.copy());
                }
                boundary = data.readerIndex();
                state = remaining == 0 ? State.HEAD : State.PASSING;
            }
            case TAKE -> {
                if (remaining == 0) {
                    follower.taken(header.type(), header.flags(), header.streamId(), Unpooled.EMPTY_BUFFER);
                } else {
                    state = State.TAKING;
                }
            }
            case DROP -> {}
        }
    }

    /** The octets up to here do not pass, or have left already. */
    private void skipped(ByteBuf data) {
        run = data.readerIndex();
        boundary = run;
    }

    private void pass(ByteBuf data) {
        int n = Math.min(remaining, data.readableBytes());
        data.skipBytes(n);
        remaining -= n;
        boundary = data.readerIndex();
        if (remaining == 0) {
            state = State.HEAD;
            sendWaiting();
        }
    }

    private void sendWaiting() {
        if (!waiting.isEmpty()) {
            leave();
            for (ByteBuf frames = waiting.poll(); frames != null; frames = waiting.poll()) {
                out.accept(frames);
            }
        }
    }

    private void take(ByteBuf data) throws Http2Violation {
        int n = Math.min(remaining, data.readableBytes());
        ByteBuf whole = partial;
        if (whole == null && n < remaining) {
            whole = ByteBufAllocator.DEFAULT.buffer(n, remaining);
            partial = whole;
        }
        remaining -= n;
        if (whole == null) {
            ByteBuf payload = data.readSlice(n);
            taken(data, payload);
            return;
        }
        whole.writeBytes(data, n);
        skipped(data);
        if (remaining == 0) {
            partial = null;
            try {
                taken(data, whole);
            } finally {
                whole.release();
            }
        }
    }

    private void taken(ByteBuf data, ByteBuf payload) throws Http2Violation {
        skipped(data);
        state = State.HEAD;
        follower.taken(header.type(), header.flags(), header.streamId(), payload);
    }

    private void drop(ByteBuf data) {
        int n = Math.min(remaining, data.readableBytes());
        data.skipBytes(n);
        remaining -= n;
        skipped(data);
        if (remaining == 0) {
            state = State.HEAD;
        }
    }
}
