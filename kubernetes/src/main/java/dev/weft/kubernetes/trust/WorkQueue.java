package dev.weft.kubernetes.trust;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.daemon.schedule.Repetition;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The namespaces whose trust anchors must be checked. A name that is added several times is queued once, and waits for
 * one retry at a time. Safe for use by several threads.
 */
final class WorkQueue implements AutoCloseable {

    private final ScheduledExecutorService later;

    @GuardedBy("this")
    private final Set<String> names = new LinkedHashSet<>();

    /** The names that are added later. */
    @GuardedBy("this")
    private final Set<String> waiting = new HashSet<>();

    WorkQueue() {
        this(Repetition.thread("trust-publisher-later"));
    }

    /** @param later closed with this queue */
    WorkQueue(ScheduledExecutorService later) {
        this.later = later;
    }

    synchronized void add(String name) {
        names.add(name);
        notifyAll();
    }

    /**
     * Adds the name after this time, if it does not wait for that already: a name that fails again and again between
     * two retries must not begin one more series of retries each time.
     */
    synchronized void addLater(String name, Duration after) {
        if (!waiting.add(name)) {
            return;
        }
        try {
            var _ = later.schedule(() -> addWaiting(name), after.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            // Closed meanwhile.
        }
    }

    private synchronized void addWaiting(String name) {
        waiting.remove(name);
        add(name);
    }

    /** Removes and returns the name that has waited longest. Waits until there is one. */
    synchronized String take() throws InterruptedException {
        while (names.isEmpty()) {
            wait();
        }
        String first = names.iterator().next();
        names.remove(first);
        return first;
    }

    @Override
    public void close() {
        later.shutdownNow();
    }
}
