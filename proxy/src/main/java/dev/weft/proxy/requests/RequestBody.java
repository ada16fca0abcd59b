package dev.weft.proxy.requests;

import dev.weft.proxy.http.BodyLength;
import dev.weft.proxy.http.Http2Head;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.settings.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request's body on its way. It keeps the data that waits for a stream and, until something has answered, the first
 * data sent, so that it can be sent again.
 */
final class RequestBody {
    /** Memory overhead of a buffer, in bytes. */
    private static final int PIECE = 512;
    /** Smaller buffers are copied: as a slice, each would keep alive the whole buffer that was read. */
    private static final int SMALL = 4096;

    private final Http2Stream front;
    private final BodyLength length = new BodyLength();
    private final int most;
    private final HeadLimits heads;
    private boolean ended;
    private int owed;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(2);
    private final ArrayDeque<ByteBuf> said = new ArrayDeque<>(2);
    private boolean repeatable = true;
    private int waitingBytes;
    private int saidBytes;
    private @Nullable Http2Headers trailers;
    private List<Http2Copy> copies = List.of();

    /**
     * Creates the body of a request whose head has come.
     *
     * @param front stream that the request comes from
     * @param ended whether the head is the whole request
     * @param most most octets that can be sent again; a longer body is sent once
     * @param heads how large its trailers may be
     */
    RequestBody(Http2Stream front, boolean ended, int most, HeadLimits heads) {
        this.front = front;
        this.ended = ended;
        this.most = most;
        this.heads = heads;
    }

    /** Whether the head's content-length is valid and fits the data that has come. */
    boolean begins(Http2Headers head) {
        return length.begin(head) && length.more(0, ended);
    }

    /** Whether the whole request has come. */
    boolean ended() {
        return ended;
    }

    /** Whether the head is the whole request. */
    boolean endsWithHead() {
        return ended && waiting.isEmpty() && said.isEmpty() && trailers == null;
    }

    /** Adds the request's trailers, which end it. Throws if they are not valid. */
    void trailers(Http2Headers headers, boolean endStream) throws Http2Violation {
        Http2Head.checkTrailers(front.id(), headers, endStream, heads);
        if (!length.more(0, true)) {
            throw BodyLength.violation(front.id());
        }
        ended = true;
        trailers = headers;
        copies.forEach(copy -> copy.trailers(headers));
    }

    /** Counts more octets, and returns whether they fit the content-length. */
    boolean fits(int octets, boolean endStream) {
        ended = endStream;
        return length.more(octets, endStream);
    }

    /** Passes data on; takes ownership. */
    void pass(ByteBuf data, Http2Stream to, boolean endStream) {
        owed += data.readableBytes();
        copied(data);
        going(data);
        to.sendData(data, endStream);
        credit(to);
    }

    /** Drops data; takes ownership. */
    void drop(ByteBuf data) {
        int bytes = data.readableBytes();
        data.release();
        front.consume(bytes);
        copies.forEach(Http2Copy::requestOver);
    }

    /** Starts a copy, which gets the whole body. */
    void copy(Http2Copy copy) {
        copy.start();
        said.forEach(copy::add);
        waiting.forEach(copy::add);
        if (trailers != null) {
            copy.trailers(trailers);
        } else if (ended) {
            copy.requestEnded();
        }
        if (copies.isEmpty()) {
            copies = new ArrayList<>(1);
        }
        copies.add(copy);
    }

    private void copied(ByteBuf data) {
        for (Http2Copy copy : copies) {
            copy.add(data);
            if (ended) {
                copy.requestEnded();
            }
        }
    }

    /** Returns credit to the front while the stream takes the data. */
    void credit(Http2Stream to) {
        if (owed > 0 && to.isWritable()) {
            pay();
        }
    }

    /** Returns credit to the front for all data sent on. */
    void pay() {
        int bytes = owed;
        owed = 0;
        front.consume(bytes);
    }

    /** Whether all data that was sent can be sent again. */
    boolean repeatable() {
        return repeatable;
    }

    /** Keeps data until there is a stream; takes ownership. */
    void await(ByteBuf data) {
        int bytes = data.readableBytes();
        waitingBytes += bytes;
        copied(data);
        if (bytes >= SMALL) {
            waiting.add(data);
            return;
        }
        if (bytes > 0) {
            waiting.add(copy(data));
        }
        data.release();
    }

    /** Keeps a copy of data about to be sent, if all earlier data is kept. The caller keeps ownership. */
    private void going(ByteBuf data) {
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

    /** Releases the data kept for sending again. */
    void answered() {
        repeatable = false;
        release(said);
        saidBytes = 0;
    }

    /** Sends all data that has come, from the beginning. */
    void sendAll(Http2Stream to) {
        boolean endsByData = ended && trailers == null;
        for (Iterator<ByteBuf> all = said.iterator(); all.hasNext(); ) {
            ByteBuf data = all.next().retainedSlice();
            to.sendData(data, endsByData && !all.hasNext() && waiting.isEmpty());
        }
        owed += waitingBytes;
        waitingBytes = 0;
        for (ByteBuf data = waiting.poll(); data != null; data = waiting.poll()) {
            going(data);
            to.sendData(data, endsByData && waiting.isEmpty());
        }
        if (trailers != null) {
            to.sendHeaders(trailers, true);
        }
        credit(to);
    }

    long held() {
        return waitingBytes + saidBytes + (long) PIECE * (waiting.size() + said.size());
    }

    /** Releases all data. */
    void close() {
        copies.forEach(Http2Copy::requestOver);
        copies = List.of();
        answered();
        release(waiting);
        owed += waitingBytes;
        waitingBytes = 0;
        pay();
    }

    private static void release(ArrayDeque<ByteBuf> pieces) {
        for (ByteBuf data = pieces.poll(); data != null; data = pieces.poll()) {
            data.release();
        }
    }
}
