package dev.weft.proxy.identity;

import java.time.Instant;

/**
 * For tests only: renews at a fixed pace instead of at half of a certificate's life, so that a thousand renewals take
 * minutes, and one takes seconds. It is a system property of the sidecar's JVM, not a flag, because it has no other use.
 */
final class SoakPace {
    static final String PROPERTY = "weft.soak.renew-after-millis";

    private SoakPace() {}

    /** Returns {@code now} plus the time in the property, or {@code due} without the property. */
    static Instant orElse(Instant due, Instant now) {
        Long millis = Long.getLong(PROPERTY);
        return millis == null ? due : now.plusMillis(millis);
    }
}
