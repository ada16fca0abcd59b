package dev.weft.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The system's clock, which a test can move forward or back. */
public final class MovedClock extends TestClock {
    private volatile Duration offset = Duration.ZERO;

    /** Moves the clock by this duration, in addition to earlier moves. */
    public void move(Duration by) {
        offset = offset.plus(by);
    }

    @Override
    public Instant instant() {
        return Clock.systemUTC().instant().plus(offset);
    }
}
