package dev.weft.daemon.schedule;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats tasks on an event loop, or on a thread for tasks that run at certain times. */
public final class Repetition {
    private static final Logger LOG = LoggerFactory.getLogger(Repetition.class);

    private Repetition() {}

    /** Creates a daemon thread for scheduled tasks. */
    public static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }

    /**
     * Runs the task again and again with this pause, first after one pause, until the result is cancelled. A task that
     * fails is logged and runs again: an exception would end the repetition for good, in silence.
     */
    public static Future<?> every(ScheduledExecutorService thread, Duration pause, Runnable task) {
        Runnable guarded = () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("a periodic task failed; it runs again");
            }
        };
        return thread.scheduleWithFixedDelay(guarded, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }
}
