package dev.weft.proxy.identity;

import java.time.Instant;

/**
 * For the soak test alone: renews at a pace of its own instead of at half of a certificate's life, so that a thousand renewals
 * take minutes. Set as a system property of the sidecar's JVM, as there is no other use for it.
 */
final class SoakPace {
    static final String PROPERTY = "weft.soak.renew-after-millis";

    private SoakPace() {}

    /** So long after now as the property says, or else {@code due}. */
    static Instant orElse(Instant due, Instant now) {
        Long millis = Long.getLong(PROPERTY);
        return millis == null ? due : now.plusMillis(millis);
    }
}
