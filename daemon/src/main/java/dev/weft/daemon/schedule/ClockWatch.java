package dev.weft.daemon.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Notices that the wall clock was set, or that the machine slept. Timers use a clock that does neither, so the
 * wall-clock time that they wait for may already have passed. Used by one thread only.
 */
public final class ClockWatch {
    /** How often {@link #look} is to be called. */
    public static final Duration PERIOD = Duration.ofSeconds(5);
    /**
     * Largest difference between the two clocks in one period that is not a jump; it is more than any slewing causes.
     */
    static final Duration TOLERANCE = Duration.ofSeconds(2);

    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Consumer<Duration> jumped;
    private Instant lastInstant;
    private long lastNanos;

    /**
     * Compares {@code clock} with {@code nanoTime}. {@code jumped} gets the size of each jump, negative for a jump
     * backwards.
     */
    public ClockWatch(InstantSource clock, LongSupplier nanoTime, Consumer<Duration> jumped) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.jumped = jumped;
        this.lastInstant = clock.instant();
        this.lastNanos = nanoTime.getAsLong();
    }

    /** Compares the two clocks since the last look. */
    public void look() {
        Instant instant = clock.instant();
        long nanos = nanoTime.getAsLong();
        Duration by = Duration.between(lastInstant, instant).minusNanos(nanos - lastNanos);
        lastInstant = instant;
        lastNanos = nanos;
        if (by.abs().compareTo(TOLERANCE) >= 0) {
            jumped.accept(by);
        }
    }
}
