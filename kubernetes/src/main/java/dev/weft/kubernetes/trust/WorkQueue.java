package dev.weft.kubernetes.trust;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.daemon.schedule.Repetition;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The namespaces whose trust anchors must be checked. A name that is added several times is queued once. Safe for use
 * by several threads.
 */
final class WorkQueue implements AutoCloseable {

    private final ScheduledExecutorService later = Repetition.thread("trust-publisher-later");

    @GuardedBy("this")
    private final Set<String> names = new LinkedHashSet<>();

    synchronized void add(String name) {
        names.add(name);
        notifyAll();
    }

    void addLater(String name, Duration after) {
        var _ = later.schedule(() -> add(name), after.toMillis(), TimeUnit.MILLISECONDS);
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
