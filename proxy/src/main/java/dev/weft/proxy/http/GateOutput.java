package dev.weft.proxy.http;

import io.netty.buffer.ByteBuf;

/**
 * Where the output of a gate goes. A gate answers some requests itself, so an implementation stops reading a caller that does
 * not take its answers.
 */
public interface GateOutput {
    /** Bytes for the application; takes ownership. */
    void toApplication(ByteBuf data);

    /** Bytes for the caller; takes ownership. */
    void toCaller(ByteBuf data);

    /** Ends the direction to the application, once everything given has gone. */
    void finishApplication();

    /** Ends the direction to the caller, once everything given has gone. */
    void finishCaller();

    /**
     * Breaks off the whole connection, after what {@link #toCaller} was given has gone. The caller may still be sending: closing with
     * unread bytes resets the connection, and the answer may be lost (RFC 9112 section 9.6), so the caller is given time to end.
     * Nothing else is called afterwards.
     */
    void refuse(GateRefusal why);

    /** The gate is no longer {@linkplain HttpGate#full() full}. */
    default void resumeCaller() {}
}
