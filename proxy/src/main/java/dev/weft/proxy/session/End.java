package dev.weft.proxy.session;

import io.netty.buffer.ByteBuf;

/**
 * One end of a relay. What arrives at one end is given to the other; each end holds a bounded amount that the other end's
 * peer has not taken yet. Both ends live on one event loop.
 */
interface End {
    /** Sends; takes ownership. May be held back until {@link #flush}. */
    void write(ByteBuf data);

    /** Lets go of what {@link #write} has held back. */
    void flush();

    /** Ends this direction once everything written has gone. */
    void finish();

    /** Breaks off both directions: the peer sees a reset. */
    void abort();

    /** Lets go of what has arrived and was not given on, without a word to the peer. */
    void discard();

    /** Bytes that were written and that the peer has not taken, with what they cost beside. */
    long held();

    /** Whether more should be written now. */
    boolean writable();

    /** The other end is writable again: let more arrive. */
    void resume();
}
