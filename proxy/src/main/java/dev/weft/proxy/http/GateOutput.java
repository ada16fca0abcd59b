package dev.weft.proxy.http;

import io.netty.buffer.ByteBuf;

/**
 * Receives the output of a gate. A gate answers some requests itself, so an implementation must stop reading from a
 * caller that does not read the answers.
 */
public interface GateOutput {
    /** Receives bytes for the application; takes ownership. */
    void toApplication(ByteBuf data);

    /** Receives bytes for the caller; takes ownership. */
    void toCaller(ByteBuf data);

    /** Ends the direction to the application, once all bytes for it have left. */
    void finishApplication();

    /** Ends the direction to the caller, once all bytes for it have left. */
    void finishCaller();

    /**
     * Breaks off the whole connection, once all bytes given to {@link #toCaller} have left. The caller may still be
     * sending. To close with unread bytes would reset the connection and might lose the answer (RFC 9112 section 9.6),
     * so the caller gets time to end. The gate calls no other method afterwards.
     */
    void refuse(GateRefusal why);

    /** Whether the application's connection takes more bytes without a long queue. */
    default boolean applicationTakes() {
        return true;
    }

    /** Whether the connection should end with the next response whose head has not passed, if no request follows. */
    default boolean leaves() {
        return false;
    }

    /** The gate is no longer {@linkplain HttpGate#full() full}. */
    default void resumeCaller() {}
}
