package dev.weft.control.rotate;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The time after the start of a control plane in which a proxy counts that has not connected yet. It is measured by the
 * monotonic clock: a wall clock that is set back by hours would make it as much longer, and so delay an issuer.
 */
final class ReconnectTime {

    static final Duration LENGTH = Duration.ofMinutes(2);

    private final LongSupplier nanos;
    private final long start;

    /** @param nanos monotonic time */
    ReconnectTime(LongSupplier nanos) {
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    boolean isOver() {
        return nanos.getAsLong() - start >= LENGTH.toNanos();
    }
}
