package dev.weft.proxy.loop;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A timer that runs a task unless it is cancelled in time. An owner must cancel a timer that is not needed any more:
 * otherwise the timer would keep the owner in memory until it fires. Belongs to its event loop.
 */
public final class LoopTimer {
    private @Nullable Future<?> timer;

    /**
     * Runs the task once after this time; an earlier one that has not run yet is cancelled. The task may start the timer
     * again.
     */
    public void start(EventExecutor loop, Duration time, Runnable task) {
        cancel();
        timer = loop.schedule(
                () -> {
                    timer = null;
                    task.run();
                },
                TimeUnit.NANOSECONDS.convert(time), // saturates, unlike toNanos: a time of centuries is allowed
                TimeUnit.NANOSECONDS);
    }

    /** Whether a task is still to run; not while it runs. */
    public boolean isSet() {
        return timer != null;
    }

    /** The task does not run any more; nothing happens if none is set. */
    public void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
