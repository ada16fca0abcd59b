package dev.weft.control.trust;

import dev.weft.control.lead.Leadership;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether this control plane counts the sequences of bundles. Where several have the same state, the leader alone does. One that
 * has just begun to lead may know less of the objects than the one before it: it counts when what it knows is what was counted
 * last, or after a while. Not safe for use by several threads.
 */
final class Counting {

    /** A new leader has heard of what the one before it knew after this time. */
    static final Duration SETTLE = Duration.ofSeconds(5);

    private final Leadership leadership;
    private boolean complete;
    private boolean counts;
    private @Nullable Instant leadsSince;

    Counting(Leadership leadership) {
        this.leadership = leadership;
        this.complete = isAlone();
    }

    boolean isAlone() {
        return leadership.equals(Leadership.ALONE);
    }

    /** All that the bundles are made of is known. */
    void complete() {
        complete = true;
    }

    boolean counts() {
        return isAlone() || (counts && leadership.leads());
    }

    /** What is known is what was counted last, or nothing ever was. Whether it counts from now on, and did not before. */
    boolean agrees() {
        if (counts() || !complete || !leadership.leads()) {
            return false;
        }
        counts = true;
        return true;
    }

    void passTime(Instant now) {
        if (!leadership.leads()) {
            counts = false;
            leadsSince = null;
        } else if (leadsSince == null) {
            leadsSince = now;
        } else if (complete && !now.isBefore(leadsSince.plus(SETTLE))) {
            counts = true;
        }
    }
}
