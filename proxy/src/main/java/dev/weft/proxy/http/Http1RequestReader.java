package dev.weft.proxy.http;

import dev.weft.proxy.pieces.PieceQueue;
import dev.weft.proxy.settings.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * Reads the requests of one connection, strictly and one at a time: bytes after a request wait until {@link #next}.
 * Heads and bodies pass as they came. Belongs to one event loop; takes ownership of every buffer.
 */
public final class Http1RequestReader {
    private enum State {
        HEAD,
        BODY,
        /** The request has been read, but not answered yet. */
        ANSWER,
        /** Bytes of another protocol follow. */
        BYTES,
        OVER
    }

    private final Listener listener;
    private final ByteBufAllocator alloc;
    private final Http1HeadReader heads;
    private final Http1Body body;
    private final Http1Run run;
    private final PieceQueue waiting = new PieceQueue();
    private State state = State.HEAD;
    private boolean reading;
    private boolean ended;

    /** Receives what was read; its methods may call the reader. */
    public interface Listener {
        /** A request begins. */
        void head(Http1Request request);

        /** Receives octets of the request's body, or of another protocol; ownership passes. */
        void body(ByteBuf data);

        /** The whole request has been read. */
        void requestEnded();

        /**
         * A head cannot be read. The listener has received no part of it before.
         *
         * @param unread the head and all bytes after it; ownership passes
         */
        void unreadable(GateRefusal why, ByteBuf unread);

        /** A body cannot be read. */
        void malformedBody(GateRefusal why);
    }

    /** Makes a reader that has read nothing yet. */
    public Http1RequestReader(ByteBufAllocator alloc, HeadLimits largest, Listener listener) {
        this.listener = listener;
        this.alloc = alloc;
        this.heads = new Http1HeadReader(largest, false, () -> false);
        this.body = new Http1Body(largest, alloc);
        this.run = new Http1Run(listener::body);
    }

    /** Reads received data. */
    public void receive(ByteBuf data) {
        if (state == State.OVER || !data.isReadable()) {
            data.release();
            return;
        }
        if (reading || state == State.ANSWER || !waiting.isEmpty()) {
            waiting.addLast(data);
        } else {
            waiting.addFirst(data); // it is read at once, so it is not copied
        }
        read();
    }

    /** Reads the next request, after this one was answered. */
    public void next() {
        if (state == State.ANSWER) {
            state = State.HEAD;
            read();
        }
    }

    /** The request was answered by a switch of protocol: all further octets belong to the other protocol. */
    public void becomeBytes() {
        if (state == State.ANSWER) {
            state = State.BYTES;
            read();
        }
    }

    /**
     * Whether data waits until this request is answered, so that no more should be received. Before such data comes,
     * receiving goes on: to stop it and to begin again for each request would cost two system calls.
     */
    public boolean isFull() {
        return state == State.ANSWER && !waiting.isEmpty();
    }

    /** Bytes that the reader keeps. */
    public int held() {
        return heads.held() + body.held() + waiting.held();
    }

    /** Stops reading and releases all buffers. */
    public void close() {
        state = State.OVER;
        if (!reading) {
            release();
        }
    }

    private void release() {
        heads.clear();
        body.release();
        waiting.release();
    }

    private void read() {
        if (reading) {
            return;
        }
        reading = true;
        try {
            while (state != State.ANSWER && state != State.OVER) {
                ByteBuf data = waiting.poll();
                if (data == null) {
                    break;
                }
                read(data);
            }
        } finally {
            reading = false;
        }
        if (state == State.OVER) {
            release();
        }
    }

    private void read(ByteBuf data) {
        run.begin(data);
        try {
            while (data.isReadable() && state != State.ANSWER && state != State.OVER) {
                step(data);
                run.mark();
                tellEnd();
            }
        } catch (UnacceptableException e) {
            violated(e.refusal(), data);
            return;
        }
        if (data.isReadable() && state != State.OVER) {
            waiting.addFirst(run.rest(data));
        } else {
            run.end();
        }
    }

    /** Reports the end of the request, but only after its octets have passed. */
    private void tellEnd() {
        if (ended) {
            ended = false;
            run.pass();
            listener.requestEnded();
        }
    }

    private void step(ByteBuf data) throws UnacceptableException {
        switch (state) {
            case HEAD -> head(data);
            case BODY -> {
                body.take(data, run);
                end();
            }
            case BYTES -> data.skipBytes(data.readableBytes());
            case ANSWER, OVER -> {}
        }
    }

    private void head(ByteBuf data) throws UnacceptableException {
        int start = data.readerIndex();
        Http1RequestHead head = heads.take(data, run);
        if (head == null) {
            return;
        }
        run.leaveOutFrom(start);
        body.of(head.framing);
        state = State.BODY;
        listener.head(new Http1Request(head));
        end();
    }

    private void end() {
        if (state == State.BODY && body.done()) {
            state = State.ANSWER;
            ended = true;
        }
    }

    private void violated(GateRefusal why, ByteBuf data) {
        boolean inHead = state == State.HEAD;
        ByteBuf unread = inHead ? unread(data) : Unpooled.EMPTY_BUFFER;
        run.endAtMark();
        state = State.OVER;
        if (inHead) {
            listener.unreadable(why, unread);
        } else {
            listener.malformedBody(why);
        }
    }

    private ByteBuf unread(ByteBuf data) {
        byte[] head = heads.unread();
        ByteBuf unread = alloc.ioBuffer(head.length + data.readableBytes() + waiting.octets());
        unread.writeBytes(head).writeBytes(data, data.readerIndex(), data.readableBytes());
        for (ByteBuf more = waiting.poll(); more != null; more = waiting.poll()) {
            unread.writeBytes(more);
            more.release();
        }
        return unread;
    }
}
