package dev.weft.proxy.session;

import io.netty.buffer.ByteBuf;

/**
 * What both directions of a relay pass through, where one is set: it reads the bytes, and may change them, hold them back and
 * answer them. It lets bytes out by the {@link Exits} that it was made with. Belongs to the relay's event loop; takes ownership
 * of every buffer.
 */
public interface Passage {
    /** Bytes of the far end, which is the network. */
    void fromFar(ByteBuf data);

    /** Bytes of the near end, which is the application. */
    void fromNear(ByteBuf data);

    /** The far end sends no more. */
    void farEnded();

    /** The near end sends no more. */
    void nearEnded();

    /** Bytes that it holds back. */
    int held();

    /** Whether no more is to be read from the far end for now; {@link Exits#resumeFar} ends that. */
    boolean full();

    /** The same for the near end; {@link Exits#resumeNear} ends that. */
    default boolean nearFull() {
        return false;
    }

    /** The relay has ended: releases what is held. Called once, and nothing else is called after it. */
    void close();
}
