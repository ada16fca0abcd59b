package dev.weft.proxy.http;

import dev.weft.proxy.http.GateRefusal.Code;
import dev.weft.proxy.settings.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the response to one request, strictly. Heads and bodies pass as they came. Bytes after the response belong to
 * no request: they are dropped and reported. Belongs to one event loop; takes ownership of every buffer.
 */
public final class Http1ResponseReader {
    private enum State {
        HEAD,
        BODY,
        /** After 101 (Switching Protocols): octets of another protocol. */
        BYTES,
        OVER
    }

    private final Http1Request request;
    private final ByteBufAllocator alloc;
    private final Listener listener;
    private final Http1Section section;
    private final Http1Body body;
    private final Http1Run run;
    private State state = State.HEAD;
    private boolean requestEnded;
    private boolean persists;
    private boolean ended;
    private boolean reading;

    /** Receives what was read. */
    public interface Listener {
        /**
         * Receives the head of an interim or of the final response; 101 (Switching Protocols) is the last head.
         *
         * @param head ownership passes
         */
        void responseHead(int status, ByteBuf head);

        /** Receives octets of the response's body, or of another protocol; ownership passes. */
        void responseBody(ByteBuf data);

        /**
         * The response has ended.
         *
         * @param persists whether the connection stays open, as the response says
         * @param clean whether no bytes came after the response
         */
        void responseEnded(boolean persists, boolean clean);

        /** The response cannot be framed, or ended too early. */
        void malformedResponse(GateRefusal why);
    }

    /** Makes a reader of the response to this request. */
    public Http1ResponseReader(Http1Request request, ByteBufAllocator alloc, HeadLimits largest, Listener listener) {
        this.request = request;
        this.alloc = alloc;
        this.listener = listener;
        this.section = Http1Section.ofHead(largest);
        this.body = new Http1Body(largest, alloc);
        this.run = new Http1Run(listener::responseBody);
    }

    /** Returns the last value of a field in a head that was received; null if there is none. */
    public static @Nullable String field(ByteBuf head, String lowerCaseName) {
        byte[] bytes = ByteBufUtil.getBytes(head);
        List<String> values = new ArrayList<>(1);
        try {
            int fields = Http1Fields.lineEnd(bytes, 0, bytes.length) + 2;
            Http1Fields.read(bytes, fields, bytes.length, (_, in, name, nameEnd, value, valueEnd) -> {
                if (Http1Octets.is(in, name, nameEnd, lowerCaseName)) {
                    values.add(new String(in, value, valueEnd - value, StandardCharsets.ISO_8859_1));
                }
            });
        } catch (UnacceptableException e) {
            throw new IllegalStateException("a head that was read before", e);
        }
        return values.isEmpty() ? null : values.getLast();
    }

    /** The whole request was sent. Only then may the response switch the protocol. */
    public void requestEnded() {
        requestEnded = true;
    }

    /** Whether nothing of the response has come, not even a part of its head. */
    public boolean isUntouched() {
        return state == State.HEAD && section.count() == 0;
    }

    /** Whether the protocol was switched. */
    public boolean isBytes() {
        return state == State.BYTES;
    }

    /** Bytes that the reader keeps. */
    public int held() {
        return section.held() + body.held();
    }

    /** Reads received data. */
    public void receive(ByteBuf data) {
        if (state == State.OVER) {
            data.release();
            return;
        }
        reading = true;
        GateRefusal violation = null;
        run.begin(data);
        try {
            while (data.isReadable() && state != State.OVER) {
                step(data);
                run.mark();
            }
        } catch (UnacceptableException e) {
            violation = e.refusal();
        }
        boolean more = data.isReadable();
        if (violation != null) {
            run.endAtMark();
        } else if (more) {
            run.pass();
            run.endAtMark();
        } else {
            run.end();
        }
        reading = false;
        if (violation != null) {
            violated(violation.reason());
        } else if (ended) {
            ended = false;
            close();
            listener.responseEnded(persists, !more);
        } else if (state == State.OVER) {
            close();
        }
    }

    /** The sender ended its direction. */
    public void inputEnded() {
        if (state == State.BODY && body.isUntilEnd()) {
            close();
            listener.responseEnded(false, true);
        } else if (state == State.HEAD || state == State.BODY) {
            violated("the response is incomplete");
        }
    }

    /** Stops reading and releases all buffers. */
    public void close() {
        state = State.OVER;
        if (!reading) {
            section.clear();
            body.release();
        }
    }

    private void violated(String reason) {
        close();
        listener.malformedResponse(GateRefusal.of(Code.RESPONSE, "the response cannot be framed: " + reason));
    }

    private void step(ByteBuf data) throws UnacceptableException {
        switch (state) {
            case HEAD -> head(data);
            case BODY -> {
                body.take(data, run);
                end();
            }
            case BYTES -> data.skipBytes(data.readableBytes());
            case OVER -> {}
        }
    }

    private void head(ByteBuf data) throws UnacceptableException {
        int start = data.readerIndex();
        Http1ResponseHead head = Http1ResponseHead.take(section, data);
        run.leaveOutFrom(start);
        if (head != null) {
            head(head, data, start);
        }
    }

    private void head(Http1ResponseHead head, ByteBuf data, int start) throws UnacceptableException {
        if (request.http10() && (head.isInterim() || head.chunked())) {
            throw new UnacceptableException(Code.RESPONSE, "an interim response or a transfer coding for HTTP/1.0");
        }
        boolean switches = head.status() == Http1ResponseHead.SWITCHING_PROTOCOLS;
        if (switches && (!request.offersUpgrade() || !requestEnded)) {
            throw new UnacceptableException(Code.RESPONSE, "protocols switched unasked");
        }
        if (switches) {
            state = State.BYTES;
        } else if (!head.isInterim()) {
            head.frame(body, request.isHead());
            persists = head.persists(request.http10()) && !body.isUntilEnd();
            state = State.BODY;
        }
        ByteBuf bytes = octets(data, start);
        section.clear();
        listener.responseHead(head.status(), bytes);
        end();
    }

    /** Returns the octets of the head: a part of the data, or a copy if they came in several pieces. */
    private ByteBuf octets(ByteBuf data, int start) {
        return section.whole()
                ? data.retainedSlice(start, section.count())
                : alloc.ioBuffer(section.count()).writeBytes(section.bytes(), 0, section.count());
    }

    private void end() {
        if (state == State.BODY && body.done()) {
            state = State.OVER;
            ended = true;
        }
    }
}
