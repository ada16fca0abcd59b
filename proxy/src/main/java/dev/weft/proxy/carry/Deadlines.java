package dev.weft.proxy.carry;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The ends that a rule sets to a request and to each attempt, and the wait before another attempt. Without one there is no timer.
 * Belongs to one event loop.
 */
public final class Deadlines {
    private final EventLoop loop;
    private @Nullable Future<?> request;
    private @Nullable Future<?> attempt;
    private @Nullable Future<?> repeat;

    /** None is set yet. */
    public Deadlines(EventLoop loop) {
        this.loop = loop;
    }

    /** Runs this when the request's time is over; zero for no end. */
    public void request(Duration after, Runnable late) {
        request = timer(after, late);
    }

    /** Runs this when the time of the attempt that begins is over; zero for no end. */
    public void attempt(Duration after, Runnable late) {
        attempt = timer(after, late);
    }

    /** Runs this after the wait, in a later turn of the loop at the earliest, unless the request is over by then. */
    public void repeat(long afterMillis, Runnable again) {
        cancel(repeat);
        repeat = loop.schedule(again, afterMillis, TimeUnit.MILLISECONDS);
    }

    private @Nullable Future<?> timer(Duration after, Runnable late) {
        return after.isZero() ? null : loop.schedule(late, after.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The present attempt is over. */
    public void attemptEnded() {
        cancel(attempt);
        attempt = null;
    }

    /** The request is over. */
    public void close() {
        attemptEnded();
        cancel(request);
        request = null;
        cancel(repeat);
        repeat = null;
    }

    private static void cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
