package dev.weft.proxy.http;

import dev.weft.proxy.http.GateRefusal.Code;
import dev.weft.proxy.settings.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Validates a chunked body (RFC 9112 section 7.1), which passes as it came once each line was validated. A line that
 * has not ended is kept, so no part of a malformed line passes.
 */
final class Http1Chunks {
    private static final int MAX_DIGITS = 16;
    private static final long MAX_SIZE = Long.MAX_VALUE >> 4;
    private static final int HEX = 16;
    private static final int FIRST = 64;
    /** Most octets of a chunk's first line, extensions included. */
    private static final int MAX_LINE = 1024;
    /** Most octets of the chunk extensions of one body. */
    private static final int MAX_EXTENSIONS = 8 * 1024;
    /** Most octets of a trailer section. */
    private static final int MAX_TRAILERS = 8 * 1024;

    private enum State {
        SIZE,
        DATA,
        /** The CR after a chunk's data. */
        DATA_CR,
        DATA_LF,
        TRAILERS,
        DONE
    }

    private final ByteBufAllocator alloc;
    private final Http1Section trailers;
    private State state = State.SIZE;
    private @Nullable ByteBuf line;
    private long left;
    private int extensions;

    Http1Chunks(HeadLimits limits, ByteBufAllocator alloc) {
        this.alloc = alloc;
        this.trailers = new Http1Section(MAX_TRAILERS, MAX_TRAILERS, limits.fields());
    }

    boolean done() {
        return state == State.DONE;
    }

    int held() {
        return trailers.held() + (line == null ? 0 : line.capacity());
    }

    void release() {
        if (line != null) {
            line.release();
            line = null;
        }
        trailers.clear();
    }

    /** Reads the data up to the end of the body. */
    void take(ByteBuf data, Http1Run run) throws UnacceptableException {
        while (data.isReadable() && state != State.DONE) {
            switch (state) {
                case SIZE -> size(data, run);
                case DATA -> data(data);
                case DATA_CR -> expect(data, '\r', State.DATA_LF);
                case DATA_LF -> expect(data, '\n', State.SIZE);
                case TRAILERS -> trailers(data, run);
                case DONE -> {}
            }
        }
    }

    private void data(ByteBuf data) {
        int octets = (int) Math.min(left, data.readableBytes());
        data.skipBytes(octets);
        left -= octets;
        if (left == 0) {
            state = State.DATA_CR;
        }
    }

    private void expect(ByteBuf data, char c, State next) throws UnacceptableException {
        if (data.getByte(data.readerIndex()) != c) {
            throw new UnacceptableException(Code.BODY, "chunk data that does not end where its size says");
        }
        data.skipBytes(1);
        state = next;
    }

    private void size(ByteBuf data, Http1Run run) throws UnacceptableException {
        int from = data.readerIndex();
        int lf = data.indexOf(from, data.writerIndex(), (byte) '\n');
        int octets = (lf < 0 ? data.writerIndex() : lf + 1) - from;
        if (octets + (line == null ? 0 : line.readableBytes()) > MAX_LINE) {
            throw new UnacceptableException(Code.BODY, "the line of a chunk is too long");
        }
        if (lf < 0) {
            keep(data, octets, run);
        } else if (line == null) {
            line(data, from, octets);
            data.readerIndex(lf + 1);
        } else {
            keep(data, octets, run);
            ByteBuf whole = line;
            line(whole, whole.readerIndex(), whole.readableBytes());
            line = null;
            run.insert(whole);
        }
    }

    private void keep(ByteBuf data, int octets, Http1Run run) {
        run.pass();
        if (line == null) {
            line = alloc.buffer(Math.max(FIRST, octets));
        }
        line.writeBytes(data, octets);
        run.skip();
    }

    /**
     * Reads a chunk's size and extensions. Spaces around the size are refused, because readers interpret them
     * differently.
     */
    private void line(ByteBuf in, int from, int octets) throws UnacceptableException {
        int end = from + octets - 2;
        if (octets < 3 || in.getByte(end) != '\r') {
            throw new UnacceptableException(Code.BODY, "the line of a chunk that has no size, or no CRLF");
        }
        long size = 0;
        int at = from;
        for (; at < end; at++) {
            int digit = digit(in.getByte(at));
            if (digit < 0) {
                break;
            }
            if (at - from >= MAX_DIGITS || size > MAX_SIZE) {
                throw new UnacceptableException(Code.BODY, "a chunk size of too many digits");
            }
            size = size * HEX + digit;
        }
        if (at == from) {
            throw new UnacceptableException(Code.BODY, "a chunk size that is no hexadecimal number");
        }
        extensions(in, at, end);
        left = size;
        state = size == 0 ? State.TRAILERS : State.DATA;
    }

    private static int digit(byte c) {
        return c < 0 ? -1 : Character.digit(c, HEX);
    }

    private void extensions(ByteBuf in, int from, int end) throws UnacceptableException {
        if (from == end) {
            return;
        }
        boolean sound = in.getByte(from) == ';' && end - from > 1;
        for (int i = from; i < end && sound; i++) {
            byte c = in.getByte(i);
            sound = Http1Octets.isVisible(c) || Http1Octets.isBlank(c);
        }
        extensions += end - from;
        if (!sound) {
            throw new UnacceptableException(Code.BODY, "a malformed chunk size or extension");
        }
        if (extensions > MAX_EXTENSIONS) {
            throw new UnacceptableException(Code.BODY, "too many chunk extensions");
        }
    }

    private void trailers(ByteBuf data, Http1Run run) throws UnacceptableException {
        int start = data.readerIndex();
        Http1Section.Outcome outcome = trailers.take(data);
        switch (outcome) {
            case INCOMPLETE -> run.leaveOutFrom(start); // kept until they are validated
            case EMPTY, COMPLETE -> {
                Http1Fields.readTrailers(trailers.bytes(), trailers.count());
                if (!trailers.whole()) {
                    run.skip();
                    run.insert(alloc.buffer(trailers.count()).writeBytes(trailers.bytes(), 0, trailers.count()));
                }
                trailers.clear();
                state = State.DONE;
            }
            case BARE_LF, LONG_FIRST_LINE, TOO_LARGE, TOO_MANY_LINES ->
                throw new UnacceptableException(Code.BODY, "malformed trailers, or too many");
        }
    }
}
