package dev.weft.proxy.http;

import dev.weft.proxy.pieces.HeadMemory;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The requests of one connection that wait for their responses, in order (RFC 9112 section 9.3.2). */
final class Http1Exchanges {
    private static final int FEW = 2;

    private final Deque<Http1Exchange> open = new ArrayDeque<>(FEW);
    private final int mostOpen;
    private final int mostHeadBytes;
    private int headBytes;

    /**
     * Makes the list of a connection without requests.
     *
     * @param mostOpen so many requests at most wait for their responses
     * @param mostHeadBytes octets of their heads beyond which no more are read
     */
    Http1Exchanges(int mostOpen, int mostHeadBytes) {
        this.mostOpen = mostOpen;
        this.mostHeadBytes = mostHeadBytes;
    }

    void add(Http1Exchange exchange) {
        open.addLast(exchange);
        headBytes += exchange.head.bytes.length;
    }

    /** The exchange whose response is next; null if there is none. */
    @Nullable
    Http1Exchange first() {
        return open.peekFirst();
    }

    @Nullable
    Http1Exchange removeFirst() {
        Http1Exchange exchange = open.pollFirst();
        if (exchange != null) {
            headBytes -= exchange.head.bytes.length;
        }
        return exchange;
    }

    /** Whether there is one exchange at most. */
    boolean isLast() {
        return open.size() <= 1;
    }

    Iterable<Http1Exchange> all() {
        return open;
    }

    /** Whether no further request is read until one of these has been answered. */
    boolean full() {
        return open.size() >= mostOpen || headBytes >= mostHeadBytes || awaitsOtherProtocol();
    }

    /** Whether the last request asks for another protocol and has not been answered. */
    boolean awaitsOtherProtocol() {
        Http1Exchange last = open.peekLast();
        return last != null && last.awaitsOtherProtocol();
    }

    /**
     * Whether anything that the caller sends after this request is read. If it is the last one, that is only what may
     * be of another protocol.
     */
    boolean mayFollow(Http1Exchange exchange, boolean last) {
        return last ? awaitsOtherProtocol() : exchange.mayBeFollowed();
    }

    /** What the requests and their heads count among the bytes that are held. */
    int held() {
        return HeadMemory.of(headBytes + HeadMemory.REQUEST * open.size());
    }
}
