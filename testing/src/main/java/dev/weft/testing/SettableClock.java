package dev.weft.testing;

import java.time.Instant;

/** A clock that stands still until the test sets it. */
public final class SettableClock extends TestClock {

    private volatile Instant now;

    /** Creates a clock that stands at this time. */
    public SettableClock(Instant now) {
        this.now = now;
    }

    /** Sets the clock to another time. */
    public void set(Instant to) {
        now = to;
    }

    @Override
    public Instant instant() {
        return now;
    }
}
