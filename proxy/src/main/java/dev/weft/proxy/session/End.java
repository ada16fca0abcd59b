package dev.weft.proxy.session;

import io.netty.buffer.ByteBuf;

/**
 * One end of a relay. Data that arrives at one end is passed to the other. Each end holds a bounded amount of data that
 * its peer has not taken yet. Both ends run on one event loop.
 */
interface End {
    /** Sends data; takes ownership. The data may be held back until {@link #flush}. */
    void write(ByteBuf data);

    /** Sends the data that {@link #write} has held back. */
    void flush();

    /** Ends the direction to the peer, once all written data has been sent. */
    void finish();

    /** Whether this end was asked to {@link #finish} and its last bytes may still be lost if the process ends. */
    boolean finishing();

    /** Breaks off both directions: the peer sees a reset. */
    void abort();

    /** Releases data that has arrived and was not passed on; sends nothing to the peer. */
    void discard();

    /** Returns how many written bytes the peer has not taken, including their overhead. */
    long held();

    /** Whether more should be written now. */
    boolean writable();

    /** Called when the other end is writable again: reads more. */
    void resume();
}
