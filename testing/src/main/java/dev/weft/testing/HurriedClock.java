package dev.weft.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** A clock that starts at the system's time and runs ten times as fast, so that tests wait only a tenth of the time. */
public final class HurriedClock extends TestClock {
    private static final int TIMES = 10;

    private final Instant begun = Clock.systemUTC().instant();

    @Override
    public Instant instant() {
        return begun.plus(Duration.between(begun, Clock.systemUTC().instant()).multipliedBy(TIMES));
    }
}
