package dev.weft.proxy.carry;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one request: the timeouts that its rule sets for the request and for each attempt, and the wait before
 * another attempt. Without such a rule there is no timer. Belongs to one event loop.
 */
public final class Deadlines {
    private final EventLoop loop;
    private @Nullable Future<?> request;
    private @Nullable Future<?> attempt;
    private @Nullable Future<?> repeat;
    private Duration shortest = Duration.ZERO;

    /** Creates timers that are not set yet. */
    public Deadlines(EventLoop loop) {
        this.loop = loop;
    }

    /** Runs {@code late} when the request's time is over, unless a shorter one is set; zero sets none. */
    public void request(Duration after, Runnable late) {
        if (!after.isZero() && (shortest.isZero() || after.compareTo(shortest) < 0)) {
            shortest = after;
            cancel(request);
            request = timer(after, late);
        }
    }

    /** Runs {@code late} when the time of the attempt that begins is over; zero sets no limit. */
    public void attempt(Duration after, Runnable late) {
        attempt = timer(after, late);
    }

    /**
     * Runs {@code again} after the wait, in a later turn of the loop at the earliest, unless the request is over by
     * then.
     */
    public void repeat(long afterMillis, Runnable again) {
        cancel(repeat);
        repeat = loop.schedule(again, afterMillis, TimeUnit.MILLISECONDS);
    }

    private @Nullable Future<?> timer(Duration after, Runnable late) {
        return after.isZero() ? null : loop.schedule(late, millis(after), TimeUnit.MILLISECONDS);
    }

    /** Rounds up: a time of some microseconds is not over at once. */
    private static long millis(Duration after) {
        return after.plusNanos(TimeUnit.MILLISECONDS.toNanos(1) - 1).toMillis();
    }

    /** Cancels the timer of the present attempt, which is over. */
    public void attemptEnded() {
        cancel(attempt);
        attempt = null;
    }

    /** Cancels all timers; the request is over. */
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
