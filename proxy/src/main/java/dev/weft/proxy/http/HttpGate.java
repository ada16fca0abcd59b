package dev.weft.proxy.http;

import io.netty.buffer.ByteBuf;

/**
 * Stands between a caller and the application on one connection. It belongs to that connection's event loop, and takes ownership of
 * every buffer that it is given. What comes out goes to a {@link GateOutput}, which it may call from within each of these methods.
 */
public interface HttpGate {
    /** Bytes from the caller. */
    void request(ByteBuf data);

    /** The caller has ended its direction. */
    void requestEnded();

    /** Bytes from the application. */
    void response(ByteBuf data);

    /** The application has ended its direction. */
    void responseEnded();

    /** Policy, trust or time has changed: judges the requests that are open again. */
    void judgeAgain();

    /** Releases what it holds, and tells of the requests that are open. Nothing comes out of it any more. */
    void close();

    /** Bytes that it keeps: heads of open requests, parts of a head that have come, and what came while it was {@link #full}. */
    int held();

    /**
     * Whether the caller is to be read no further until {@link GateOutput#resumeCaller}. What is given to a full gate is kept, so a
     * carrier that goes on reading gives the caller as much memory as it likes.
     */
    default boolean full() {
        return false;
    }
}
