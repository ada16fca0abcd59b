package dev.weft.control.certify;

import dev.weft.daemon.metrics.Metrics;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits the requests that are worked on at once to what the machine can do; the others wait in order of arrival. A
 * request that would wait too long is refused at once with a retry time, rather than served when its client has given
 * up. So a storm of requests is spread over time, and the control plane does no work that no client waits for. Safe for
 * use by many threads.
 */
public final class IssuingQueue {

    /**
     * Most requests that wait at once. Each is held in memory, at most {@link CertificateService#MAX_REQUEST} bytes.
     */
    public static final int MAX_WAITING = 4096;

    /** Longest wait; clients give up after 20 s, counted from before they connect. */
    public static final Duration MAX_WAIT = Duration.ofSeconds(5);

    /** Shortest retry time for a refused request. */
    public static final Duration LEAST_RETRY = Duration.ofSeconds(1);

    /** Longest retry time for a refused request. */
    public static final Duration MOST_RETRY = Duration.ofSeconds(30);

    /** Turns per processor: one works while another waits for the disk. */
    private static final int TURNS_PER_PROCESSOR = 2;
    /** Weight of each new value in the average, as a shift: an eighth. */
    private static final int AVERAGE_SHIFT = 3;

    /** The result of asking for a turn. */
    public sealed interface Entry {

        /** The request has its turn, until this is closed. */
        final class Turn implements Entry, AutoCloseable {
            private final IssuingQueue queue;
            private final long began = System.nanoTime();

            private Turn(IssuingQueue queue) {
                this.queue = queue;
            }

            @Override
            public void close() {
                queue.leave(System.nanoTime() - began);
            }
        }

        /**
         * The request is refused.
         *
         * @param retryAfter when to try again
         */
        record Busy(Duration retryAfter) implements Entry {}
    }

    private final int turns;
    private final int maxWaiting;
    private final Duration maxWait;
    private final Semaphore free;
    private final AtomicInteger waiting = new AtomicInteger();
    /** Average duration of the last turns, exponentially weighted. */
    private final AtomicLong averageNanos = new AtomicLong(TimeUnit.MILLISECONDS.toNanos(2));

    /** Creates a queue with this many turns at once, this many waiting requests, and this longest wait. */
    public IssuingQueue(int turns, int maxWaiting, Duration maxWait) {
        this.turns = turns;
        this.maxWaiting = maxWaiting;
        this.maxWait = maxWait;
        this.free = new Semaphore(turns, true);
    }

    /** Creates a queue for the processors of this machine. */
    public static IssuingQueue ofThisMachine() {
        return new IssuingQueue(
                TURNS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors(), MAX_WAITING, MAX_WAIT);
    }

    /** Adds a gauge of the waiting requests. */
    void observe(Metrics metrics) {
        metrics.gauge("weft_control_certify_waiting", "Requests for certificates that wait.", waiting::get);
    }

    /** Waits for a turn, which the caller must close. The request is also refused when interrupted. Blocks. */
    public Entry enter() {
        int before = waiting.getAndIncrement();
        try {
            if (before >= maxWaiting || expectedNanos(before) > maxWait.toNanos()) {
                return busy(before);
            }
            return free.tryAcquire(maxWait.toMillis(), TimeUnit.MILLISECONDS)
                    ? new Entry.Turn(this)
                    : busy(waiting.get());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return busy(before);
        } finally {
            waiting.decrementAndGet();
        }
    }

    /** Returns the number of requests that wait for their turn. */
    public int waiting() {
        return free.getQueueLength();
    }

    private void leave(long nanos) {
        averageNanos.updateAndGet(average -> average + ((nanos - average) >> AVERAGE_SHIFT));
        free.release();
    }

    private long expectedNanos(int ahead) {
        return ahead / turns * averageNanos.get();
    }

    private Entry busy(int ahead) {
        long nanos = Math.clamp(expectedNanos(ahead), LEAST_RETRY.toNanos(), MOST_RETRY.toNanos());
        return new Entry.Busy(Duration.ofNanos(nanos));
    }
}
