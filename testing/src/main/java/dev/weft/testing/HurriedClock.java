package dev.weft.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Begins at the system's time and goes on ten times as fast: what waits for some seconds of it is not waited for as long. */
public final class HurriedClock extends Clock {
    private static final int TIMES = 10;

    private final Instant begun = Clock.systemUTC().instant();

    @Override
    public Instant instant() {
        return begun.plus(Duration.between(begun, Clock.systemUTC().instant()).multipliedBy(TIMES));
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
