package dev.weft.proxy.loop;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats tasks on an event loop. */
public final class Repetition {
    private static final Logger LOG = LoggerFactory.getLogger(Repetition.class);

    private Repetition() {}

    /**
     * Runs the task again and again with this pause, first after one pause, until the result is cancelled. A task that
     * fails is logged and runs again: an exception would end the repetition for good, in silence.
     */
    public static ScheduledFuture<?> every(EventExecutor loop, Duration pause, Runnable task) {
        Runnable guarded = () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("a periodic task failed; it runs again");
            }
        };
        return loop.scheduleWithFixedDelay(guarded, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }
}
