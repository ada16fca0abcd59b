package dev.weft.proxy.tunnel;

import dev.weft.identity.spiffe.SpiffeId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** The {@link RefusalPace} of each identity that has called lately. Safe for use by several threads. */
final class RefusalPaces {
    /** Identities that are remembered; one that comes back after so many others begins again. */
    static final int MOST = 1024;

    private final LongSupplier nanoTime;
    private final Map<SpiffeId, RefusalPace> paces = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<SpiffeId, RefusalPace> eldest) {
            return size() > MOST;
        }
    }; // guarded by this

    RefusalPaces(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The pace of this caller, which does not begin again with a new tunnel. */
    synchronized RefusalPace of(SpiffeId caller) {
        return paces.computeIfAbsent(caller, _ -> new RefusalPace(nanoTime));
    }
}
