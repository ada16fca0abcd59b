package dev.weft.proxy.session;

import io.netty.buffer.ByteBuf;

/**
 * A filter for both directions of a relay: it reads the bytes, and may change them, hold them back and answer them. It
 * lets bytes out by the {@link Exits} that it was made with. Belongs to the relay's event loop; takes ownership of
 * every buffer.
 */
public interface RelayFilter {
    /** Receives bytes of the far end, which is the network. */
    void fromFar(ByteBuf data);

    /** Receives bytes of the near end, which is the application. */
    void fromNear(ByteBuf data);

    /** Called when the far end sends no more. */
    void farEnded();

    /** Called when the near end sends no more. */
    void nearEnded();

    /** Returns how many bytes it holds back. */
    int held();

    /** Whether reading from the far end must stop until {@link Exits#resumeFar}. */
    boolean full();

    /** Whether reading from the near end must stop until {@link Exits#resumeNear}. */
    default boolean nearFull() {
        return false;
    }

    /** Called when {@link Exits#nearTakes} is true again. */
    default void nearTakes() {}

    /** Releases all held data after the relay has ended. Called once; no other method is called after it. */
    void close();
}
