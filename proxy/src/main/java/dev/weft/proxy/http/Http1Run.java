package dev.weft.proxy.http;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes on selected parts of one piece of data. Octets that are read one after the other pass together. A piece that
 * passes completely is not sliced.
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

    /** Marks all octets read so far as valid. */
    void mark() {
        if (data != null) {
            mark = data.readerIndex();
        }
    }

    /** Sets whether octets read from now on are dropped. Octets read before pass first. */
    void drop(boolean drop) {
        pass();
        dropping = drop;
    }

    /** Passes on the octets read since the last call. */
    void pass() {
        if (data != null) {
            passTo(data.readerIndex());
        }
    }

    /** Passes on the octets read since the last call, up to an index. */
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

    /** Leaves out the octets read since the last call. */
    void skip() {
        if (data != null) {
            from = data.readerIndex();
        }
    }

    /** Leaves out the octets read from an index on; earlier octets pass. */
    void leaveOutFrom(int index) {
        passTo(index);
        skip();
    }

    /** Passes on another buffer in place of octets that were left out. */
    void insert(ByteBuf other) {
        pass();
        if (dropping) {
            other.release();
        } else {
            sink.accept(other);
        }
    }

    /** Ends the piece, after all its octets were read. */
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

    /** Ends the piece at the mark: octets after it are not valid, and only earlier ones pass. */
    void endAtMark() {
        ByteBuf piece = data;
        if (piece != null) {
            passTo(mark);
            data = null;
            piece.release();
        }
    }

    /** Passes on the octets that were read, and returns the rest. */
    ByteBuf rest(ByteBuf piece) {
        pass();
        data = null;
        return piece;
    }
}
