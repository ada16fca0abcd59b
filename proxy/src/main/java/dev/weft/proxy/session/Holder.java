package dev.weft.proxy.session;

import dev.weft.identity.spiffe.SpiffeId;
import org.jspecify.annotations.Nullable;

/** Holds bytes that are not taken yet: see {@link SessionRegistry#noteHeld}. Belongs to one event loop. */
public interface Holder {
    /** On whose account they are held; null for callers without an identity. */
    @Nullable
    SpiffeId peer();

    /** How many there are at this moment. */
    long held();

    /** How many were noted last. */
    long noted();

    /** Remembers what {@link #noted} gives; for the one that sums them up. */
    void setNoted(long held);

    /** Breaks it off, by which it holds nothing any more. */
    void abort(Refusal refusal);
}
