package dev.weft.proxy.http;

import io.netty.buffer.ByteBuf;

/**
 * Stands between a caller and the application on one connection. It belongs to that connection's event loop, and takes
 * ownership of every buffer that it is given. Its output goes to a {@link GateOutput}, which each of these methods may
 * call.
 */
public interface HttpGate {
    /** Receives bytes from the caller. */
    void request(ByteBuf data);

    /** The caller has ended its direction. */
    void requestEnded();

    /** Receives bytes from the application. */
    void response(ByteBuf data);

    /** The application has ended its direction. */
    void responseEnded();

    /** {@link GateOutput#applicationTakes} is true again. */
    default void applicationTakes() {}

    /** Judges open requests again, because policy, trust or time has changed. */
    void judgeAgain();

    /**
     * Ends the connection in order: the open requests are the last ones, and the caller is told so. Once they are
     * answered, both directions end.
     */
    void drain();

    /** Releases all buffers, and reports the open requests as ended. The gate produces no output afterwards. */
    void close();

    /**
     * Bytes that the gate keeps: heads of open requests, parts of incomplete heads, and data that came while it was
     * {@link #full}.
     */
    int held();

    /**
     * Whether the caller must not be read until {@link GateOutput#resumeCaller}. A full gate keeps what it is given, so
     * a carrier that continues to read lets the caller use unlimited memory.
     */
    default boolean full() {
        return false;
    }
}
