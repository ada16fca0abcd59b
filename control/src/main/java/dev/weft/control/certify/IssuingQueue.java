package dev.weft.control.certify;

import dev.weft.daemon.metrics.Metrics;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Has no more requests worked on at once than there is machine for; the others wait their turn, the first that came first.
 * Who would wait for too long is sent away at once with the time to come again, rather than served when it has given up:
 * so a storm of requests takes its time, and the control plane does no work that no one waits for. Safe for use by many threads.
 */
public final class IssuingQueue {

    /** Requests that wait at once. Each is held in memory, of {@link CertificateService#MAX_REQUEST} bytes at most. */
    public static final int MAX_WAITING = 4096;

    /** Longest wait; clients give up after 20 s, counted from before they connect. */
    public static final Duration MAX_WAIT = Duration.ofSeconds(5);

    /** The shortest time after which one that was sent away is told to come again. */
    public static final Duration LEAST_RETRY = Duration.ofSeconds(1);

    /** The longest. */
    public static final Duration MOST_RETRY = Duration.ofSeconds(30);

    /** For each processor: one works while another waits for the disk. */
    private static final int TURNS_PER_PROCESSOR = 2;
    /** What an average takes in of each new value: an eighth. */
    private static final int AVERAGE_SHIFT = 3;

    /** What became of one that asked for its turn. */
    public sealed interface Entry {

        /** It has its turn, until closed. */
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
         * It is sent away.
         *
         * @param retryAfter when to come again
         */
        record Busy(Duration retryAfter) implements Entry {}
    }

    private final int turns;
    private final int maxWaiting;
    private final Duration maxWait;
    private final Semaphore free;
    private final AtomicInteger waiting = new AtomicInteger();
    /** Of the last turns, exponentially weighted. */
    private final AtomicLong averageNanos = new AtomicLong(TimeUnit.MILLISECONDS.toNanos(2));

    /** With so many turns at a time, and so many that wait for theirs, for so long. */
    public IssuingQueue(int turns, int maxWaiting, Duration maxWait) {
        this.turns = turns;
        this.maxWaiting = maxWaiting;
        this.maxWait = maxWait;
        this.free = new Semaphore(turns, true);
    }

    /** For the processors of this machine. */
    public static IssuingQueue ofThisMachine() {
        return new IssuingQueue(
                TURNS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors(), MAX_WAITING, MAX_WAIT);
    }

    /** Shows how many wait. */
    void observe(Metrics metrics) {
        metrics.gauge("weft_control_certify_waiting", "Requests for certificates that wait their turn.", waiting::get);
    }

    /** Waits for a turn, which the caller closes; sent away also when interrupted. Blocks. */
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

    /** Requests that are in line for their turn. */
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
