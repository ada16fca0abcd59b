package dev.weft.control.peering;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.daemon.schedule.Repetition;
import dev.weft.identity.spiffe.TrustDomain;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Saves what is known of other trust domains on a thread of its own, a domain's changes of half a second at once. */
final class LateSaves implements AutoCloseable {
    private static final long DELAY_MILLIS = 500;

    private final ScheduledExecutorService thread = Repetition.thread("peering-store");
    private final Consumer<TrustDomain> save;

    @GuardedBy("this")
    private final Set<TrustDomain> due = new HashSet<>();

    /** @param save called on that thread */
    LateSaves(Consumer<TrustDomain> save) {
        this.save = save;
    }

    /** Saves the domain soon. Does nothing after {@link #close}. */
    synchronized void soon(TrustDomain peer) {
        if (!thread.isShutdown() && due.add(peer)) {
            Future<?> _ = thread.schedule(() -> now(peer), DELAY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void now(TrustDomain peer) {
        synchronized (this) {
            due.remove(peer);
        }
        save.accept(peer);
    }

    /** Drops what has not been saved. */
    @Override
    public synchronized void close() {
        thread.shutdownNow();
    }
}
