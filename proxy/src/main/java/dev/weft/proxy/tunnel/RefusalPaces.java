package dev.weft.proxy.tunnel;

import dev.weft.identity.spiffe.SpiffeId;
import java.util.function.LongSupplier;

/** The {@link RefusalPace} of each identity that has called lately. Safe for use by several threads. */
final class RefusalPaces {
    private final RecentCallers<SpiffeId, RefusalPace> paces;

    RefusalPaces(LongSupplier nanoTime) {
        paces = new RecentCallers<>(() -> new RefusalPace(nanoTime));
    }

    /** The pace of this caller, which does not begin again with a new tunnel. */
    RefusalPace of(SpiffeId caller) {
        return paces.of(caller);
    }
}
