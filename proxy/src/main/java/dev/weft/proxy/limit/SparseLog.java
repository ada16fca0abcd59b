package dev.weft.proxy.limit;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * How many lines of one kind go into the log, where a peer decides how often there is something to say: a few in each period, and
 * at the period's end one that says how many were left out. Safe for use by several threads.
 */
public final class SparseLog {
    private final int most;
    private final long periodNanos;
    private final LongSupplier nanoTime;
    private final LongConsumer summary;
    private long began; // guarded by this, as what follows
    private int written;
    private long leftOut;
    private boolean summaryDue;

    /**
     * None were written yet.
     *
     * @param most lines in one period
     * @param summary writes that so many lines were left out; called by the timer of {@link #mayWrite}
     */
    public SparseLog(int most, Duration period, LongSupplier nanoTime, LongConsumer summary) {
        this.most = most;
        this.periodNanos = period.toNanos();
        this.nanoTime = nanoTime;
        this.summary = summary;
        this.began = nanoTime.getAsLong() - periodNanos;
    }

    /** Whether a line is to be written; if not, it is counted, and the timer sees to it that the count is said. */
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
