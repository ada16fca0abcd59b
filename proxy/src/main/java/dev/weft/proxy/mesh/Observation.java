package dev.weft.proxy.mesh;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What one watcher is told of a destination, see {@link Directory#observe}. Must be closed. Safe for any thread. */
public final class Observation implements AutoCloseable {
    private final KnownDestination destination;
    private final Directory.Watcher watcher;
    private final LongSupplier nanoTime;
    private final long grace;

    Observation(KnownDestination destination, Directory.Watcher watcher, LongSupplier nanoTime, long grace) {
        this.destination = destination;
        this.watcher = watcher;
        this.nanoTime = nanoTime;
        this.grace = grace;
        destination.observe(watcher);
    }

    /** Returns where a new connection to the destination would go now; null if that is not known. */
    public @Nullable Route route() {
        return destination.good(nanoTime.getAsLong(), grace);
    }

    /** Ends the calls to the watcher; one may still be under way. */
    @Override
    public void close() {
        destination.unobserve(watcher);
    }
}
