package dev.weft.proxy.limit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Limits the log lines of one kind, where a peer decides how often there is something to log. A few lines are written
 * in each period; at the period's end, one line gives the number of lines left out. Safe for use by several threads.
 */
public final class SparseLog {
    private final int most;
    private final long periodNanos;
    private final LongSupplier nanoTime;
    private final LongConsumer summary;

    @GuardedBy("this")
    private long began;

    @GuardedBy("this")
    private int written;

    @GuardedBy("this")
    private long leftOut;

    @GuardedBy("this")
    private boolean summaryDue;

    /**
     * Creates a limiter that has written no lines yet.
     *
     * @param most the most lines in one period
     * @param summary writes the line with the number of lines left out; called by the timer of {@link #mayWrite}
     */
    public SparseLog(int most, Duration period, LongSupplier nanoTime, LongConsumer summary) {
        this.most = most;
        this.periodNanos = period.toNanos();
        this.nanoTime = nanoTime;
        this.summary = summary;
        this.began = nanoTime.getAsLong() - periodNanos;
    }

    /** Whether a line may be written. If not, it is counted, and the timer later writes the count. */
    public synchronized boolean mayWrite(ScheduledExecutorService timer) {
        long now = nanoTime.getAsLong();
        if (now - began >= periodNanos && !summaryDue) {
            began = now;
            written = 0;
        }
        if (written < most) {
            written++;
            return true;
        }
        leftOut++;
        if (!summaryDue) {
            summaryDue = true;
            long rest = Math.max(0, began + periodNanos - now);
            ScheduledFuture<?> _ = timer.schedule(this::summarise, rest, TimeUnit.NANOSECONDS);
        }
        return false;
    }

    private void summarise() {
        long count;
        synchronized (this) {
            count = leftOut;
            leftOut = 0;
            summaryDue = false;
        }
        summary.accept(count);
    }
}
