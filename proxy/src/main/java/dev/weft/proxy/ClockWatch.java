package dev.weft.proxy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Notices that the clock was set, or that the machine slept. Timers go by a clock that does neither, so what they wait for may
 * have come long before. Belongs to one thread.
 */
final class ClockWatch {
    /** How often to look. */
    static final Duration PERIOD = Duration.ofSeconds(5);
    /** What two clocks may differ by within one period, and more than any slewing. */
    static final Duration TOLERANCE = Duration.ofSeconds(2);

    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Consumer<Duration> jumped;
    private Instant lastInstant;
    private long lastNanos;

    /** {@code jumped} hears by how much, negative for backwards. */
    ClockWatch(InstantSource clock, LongSupplier nanoTime, Consumer<Duration> jumped) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.jumped = jumped;
        this.lastInstant = clock.instant();
        this.lastNanos = nanoTime.getAsLong();
    }

    void look() {
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
