package dev.weft.proxy.session;

import dev.weft.identity.spiffe.SpiffeId;
import org.jspecify.annotations.Nullable;

/**
 * Something that holds bytes its receiver has not taken yet: see {@link SessionRegistry#noteHeld}. Belongs to one event
 * loop.
 */
public interface Holder {
    /** Returns the peer that the bytes are counted for; null for callers without an identity. */
    @Nullable
    SpiffeId peer();

    /** Returns how many bytes it holds now. */
    long held();

    /** Returns how many bytes were noted last. */
    long noted();

    /** Sets the value of {@link #noted}; only the code that keeps the sum calls it. */
    void setNoted(long held);

    /** Breaks off the connection, so that it holds nothing any more. */
    void abort(Refusal refusal);
}
