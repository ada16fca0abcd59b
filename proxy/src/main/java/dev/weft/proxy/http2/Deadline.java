package dev.weft.proxy.http2;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What happens unless something else does in time. It is taken back when that has happened: a timer that waits in vain would hold
 * its connection, with all that belongs to it, until it fires. Belongs to the connection's event loop.
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
