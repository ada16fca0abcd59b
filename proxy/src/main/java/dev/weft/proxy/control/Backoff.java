package dev.weft.proxy.control;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Computes the waits between attempts: random, up to a bound that doubles with each failure, so that many clients
 * spread out.
 */
public final class Backoff {
    private final Duration first;
    private final Duration most;
    private final RandomGenerator random;
    private Duration bound;

    /** The bound grows from {@code first} to {@code most}. */
    public Backoff(Duration first, Duration most, RandomGenerator random) {
        this.first = first;
        this.most = most;
        this.random = random;
        this.bound = first;
    }

    /** Returns the wait before the next attempt: at least half of the first bound. */
    public Duration next() {
        long floor = first.toMillis() / 2;
        Duration wait = Duration.ofMillis(floor + random.nextLong(Math.max(1, bound.toMillis() - floor)));
        bound = bound.multipliedBy(2).compareTo(most) < 0 ? bound.multipliedBy(2) : most;
        return wait;
    }

    /** Called after a success: the bound is the first one again. */
    public void reset() {
        bound = first;
    }
}
