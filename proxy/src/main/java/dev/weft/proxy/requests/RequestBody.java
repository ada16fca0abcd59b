package dev.weft.proxy.requests;

import dev.weft.proxy.http2.Http2Stream;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * A request's body on its way: what waits for a stream to go on in, and, as long as nothing has answered, the first of what has
 * gone, so that it can go once more.
 */
final class RequestBody {
    /** What a piece takes beside its bytes. */
    private static final int PIECE = 512;
    /** A smaller piece is copied: as a part of what was read it would hold all of that. */
    private static final int SMALL = 4096;

    private final int most;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(2);
    private final ArrayDeque<ByteBuf> said = new ArrayDeque<>(2);
    private boolean repeatable = true;
    private int waitingBytes;
    private int saidBytes;
    private @Nullable Http2Headers trailers;

    /** @param most octets that can go once more; a longer body goes once */
    RequestBody(int most) {
        this.most = most;
    }

    /** The request's trailers, which end it. */
    void trailers(Http2Headers headers) {
        trailers = headers;
    }

    @Nullable
    Http2Headers trailers() {
        return trailers;
    }

    boolean nothing() {
        return waiting.isEmpty() && said.isEmpty() && trailers == null;
    }

    /** Whether all that has gone could go once more. */
    boolean repeatable() {
        return repeatable;
    }

    /** Keeps it until there is a stream; takes ownership. */
    void await(ByteBuf data) {
        int bytes = data.readableBytes();
        waitingBytes += bytes;
        if (bytes >= SMALL) {
            waiting.add(data);
            return;
        }
        if (bytes > 0) {
            waiting.add(copy(data));
        }
        data.release();
    }

    /** It is about to go: a part of it is kept, if all is. Ownership stays. */
    void going(ByteBuf data) {
        int bytes = data.readableBytes();
        if (!repeatable || bytes == 0) {
            return;
        }
        if (saidBytes + bytes > most) {
            answered();
        } else {
            saidBytes += bytes;
            said.add(copy(data));
        }
    }

    private static ByteBuf copy(ByteBuf data) {
        int bytes = data.readableBytes();
        return data.alloc().buffer(bytes).writeBytes(data, data.readerIndex(), bytes);
    }

    /** Nothing will be repeated. */
    void answered() {
        repeatable = false;
        release(said);
        saidBytes = 0;
    }

    /** Sends what there is, from the beginning; returns how much of it goes for the first time. */
    int sendAll(Http2Stream to, boolean ended) {
        boolean endsByData = ended && trailers == null;
        for (Iterator<ByteBuf> all = said.iterator(); all.hasNext(); ) {
            ByteBuf data = all.next().retainedSlice();
            to.sendData(data, endsByData && !all.hasNext() && waiting.isEmpty());
        }
        int fresh = waitingBytes;
        waitingBytes = 0;
        for (ByteBuf data = waiting.poll(); data != null; data = waiting.poll()) {
            going(data);
            to.sendData(data, endsByData && waiting.isEmpty());
        }
        if (ended && trailers != null) {
            to.sendHeaders(trailers, true);
        }
        return fresh;
    }

    long held() {
        return waitingBytes + saidBytes + (long) PIECE * (waiting.size() + said.size());
    }

    /** Lets go of all; returns how much of it has never gone. */
    int close() {
        answered();
        release(waiting);
        int never = waitingBytes;
        waitingBytes = 0;
        return never;
    }

    private static void release(ArrayDeque<ByteBuf> pieces) {
        for (ByteBuf data = pieces.poll(); data != null; data = pieces.poll()) {
            data.release();
        }
    }
}
