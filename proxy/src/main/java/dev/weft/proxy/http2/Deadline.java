package dev.weft.proxy.http2;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A timer that runs an action unless it is cancelled in time. An owner must cancel a timer that is not needed any more:
 * otherwise the timer would keep the connection in memory until it fires. Belongs to the connection's event loop.
 */
final class Deadline {
    private @Nullable Future<?> timer;

    void start(EventExecutor loop, Duration time, Runnable otherwise) {
        cancel();
        timer = loop.schedule(otherwise, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
