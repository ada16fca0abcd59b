package dev.weft.proxy.loop;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A timer that runs an action unless it is cancelled in time. An owner must cancel a timer that is not needed any more:
 * otherwise the timer would keep the owner in memory until it fires. Belongs to its event loop.
 */
public final class Deadline {
    private @Nullable Future<?> timer;

    /** Runs the action after this time; an earlier one that has not run yet is cancelled. */
    public void start(EventExecutor loop, Duration time, Runnable otherwise) {
        cancel();
        timer = loop.schedule(otherwise, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Does nothing if there is nothing to cancel. */
    public void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
