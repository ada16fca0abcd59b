package dev.weft.proxy.outbound;

import java.time.Duration;

/**
 * How one endpoint has answered of late: a peak-sensitive moving average of the time that sessions take to be admitted, and a
 * time-out after failures. Belongs to one event loop.
 */
final class EndpointHealth {
    /** After the first failure in a row; doubles with each further one. */
    static final Duration MIN_EJECTION = Duration.ofSeconds(1);
    /** A failing endpoint is tried again after this at the latest. */
    static final Duration MAX_EJECTION = Duration.ofSeconds(30);

    private static final double DECAY_NANOS = Duration.ofSeconds(10).toNanos();
    private static final double FIRST_GUESS_NANOS = Duration.ofMillis(1).toNanos();
    private static final int MAX_DOUBLINGS = 5;

    private double costNanos = FIRST_GUESS_NANOS;
    private long observedAt;
    private int outstanding;
    private int failures;
    private long ejectedUntil;

    /** A session goes there. */
    void started() {
        outstanding++;
    }

    /** That session has ended. */
    void ended() {
        outstanding--;
    }

    /** It was admitted after this long: a peak counts at once, better times only slowly. */
    void admitted(long tookNanos, long now) {
        failures = 0;
        double weight = Math.exp(-Math.max(0, now - observedAt) / DECAY_NANOS);
        costNanos = tookNanos > costNanos ? tookNanos : costNanos * weight + tookNanos * (1 - weight);
        observedAt = now;
    }

    /** It could not be reached, or was not ready. */
    void failed(long now) {
        failures++;
        long time = MIN_EJECTION.toNanos() << Math.min(failures - 1, MAX_DOUBLINGS);
        ejectedUntil = now + Math.min(time, MAX_EJECTION.toNanos());
    }

    boolean ejected(long now) {
        return failures > 0 && now - ejectedUntil < 0;
    }

    int outstanding() {
        return outstanding;
    }

    double cost() {
        return costNanos * (outstanding + 1);
    }

    boolean idle(long now) {
        return outstanding == 0 && !ejected(now);
    }
}
