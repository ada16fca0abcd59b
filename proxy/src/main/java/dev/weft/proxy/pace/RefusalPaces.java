package dev.weft.proxy.pace;

import dev.weft.identity.spiffe.SpiffeId;
import java.util.function.LongSupplier;

/** The {@link RefusalPace} of each identity that has called lately. Safe for use by several threads. */
public final class RefusalPaces {
    private final RecentCallers<SpiffeId, RefusalPace> paces;

    public RefusalPaces(LongSupplier nanoTime) {
        paces = new RecentCallers<>(() -> new RefusalPace(nanoTime));
    }

    /** Returns the pace of this caller. It stays the same when the caller opens a new tunnel. */
    public RefusalPace of(SpiffeId caller) {
        return paces.of(caller);
    }
}
