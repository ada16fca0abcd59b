package dev.weft.proxy.http;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What of one piece of data passes. Octets that are read one after the other pass together, and a piece that passes whole does so
 * as it is, without a slice.
 */
final class Http1Run {
    private final Consumer<ByteBuf> sink;
    private @Nullable ByteBuf data;
    private int start;
    private int from;
    private int mark;
    private boolean dropping;

    Http1Run(Consumer<ByteBuf> sink) {
        this.sink = sink;
    }

    /** Takes ownership of the data, until {@link #end}, {@link #endAtMark} or {@link #rest}. */
    void begin(ByteBuf piece) {
        data = piece;
        start = piece.readerIndex();
        from = start;
        mark = start;
    }

    /** What was read so far is sound. */
    void mark() {
        if (data != null) {
            mark = data.readerIndex();
        }
    }

    /** Whether what is read next is dropped. What was read before passes first. */
    void drop(boolean drop) {
        pass();
        dropping = drop;
    }

    /** Passes on what was read since the last time. */
    void pass() {
        if (data != null) {
            passTo(data.readerIndex());
        }
    }

    /** Passes on what was read since the last time, up to an index. */
    void passTo(int to) {
        ByteBuf piece = data;
        if (piece == null || to <= from) {
            return;
        }
        int begins = from;
        from = to;
        if (!dropping) {
            sink.accept(piece.retainedSlice(begins, to - begins));
        }
    }

    /** Leaves out what was read since the last time. */
    void skip() {
        if (data != null) {
            from = data.readerIndex();
        }
    }

    /** Leaves out what was read from an index on; what stands before it passes. */
    void leaveOutFrom(int index) {
        passTo(index);
        skip();
    }

    /** Passes on something in place of what was left out. */
    void insert(ByteBuf other) {
        pass();
        if (dropping) {
            other.release();
        } else {
            sink.accept(other);
        }
    }

    /** The data has been read. */
    void end() {
        ByteBuf piece = data;
        if (piece == null) {
            return;
        }
        if (from == start && !dropping && !piece.isReadable() && from < piece.readerIndex()) {
            data = null;
            sink.accept(piece.readerIndex(start));
            return;
        }
        pass();
        data = null;
        piece.release();
    }

    /** What follows the mark is not sound: only what stands before it passes. */
    void endAtMark() {
        ByteBuf piece = data;
        if (piece != null) {
            passTo(mark);
            data = null;
            piece.release();
        }
    }

    /** Passes on what was read, and gives the rest back. */
    ByteBuf rest(ByteBuf piece) {
        pass();
        data = null;
        return piece;
    }
}
