package dev.weft.proxy.mesh;

import org.jspecify.annotations.Nullable;

/** What one watcher is told of a destination, see {@link Directory#observe}. Must be closed. Safe for any thread. */
public final class Observation implements AutoCloseable {
    private final KnownDestination destination;
    private final Directory.Watcher watcher;

    Observation(KnownDestination destination, Directory.Watcher watcher) {
        this.destination = destination;
        this.watcher = watcher;
        destination.observe(watcher);
    }

    /** Returns where the destination leads now; null if that is not known. */
    public @Nullable Route route() {
        return destination.route();
    }

    /** Ends the calls to the watcher; one may still be under way. */
    @Override
    public void close() {
        destination.unobserve(watcher);
    }
}
