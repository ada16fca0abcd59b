package dev.weft.control.rotate;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The progress of a rotation's present step: it waits first for proxies and trust domains, then for standing tunnels,
 * then until some time has passed. Guarded by the lock of the rotations.
 */
final class StepProgress {

    private final StepWaits waits;
    private final Duration mostForTunnels;
    private @Nullable Instant followedSince;
    private @Nullable Instant overSince;
    private @Nullable Instant goesOnAt;

    StepProgress(StepWaits waits, Duration mostForTunnels) {
        this.waits = waits;
        this.mostForTunnels = mostForTunnels;
    }

    /** Starts over: another step has begun. */
    void reset() {
        followedSince = null;
        overSince = null;
        goesOnAt = null;
    }

    /** Returns when the step is over at the latest, if that is known. */
    Optional<Instant> goesOnAt() {
        return Optional.ofNullable(goesOnAt);
    }

    PendingFollowers awaiting(Rotation rotation, OptionalLong published, Instant now) {
        PendingFollowers followers = waits.awaiting(rotation, published);
        return followers.isComplete() && waits.waitsForTunnels(rotation) && !tunnelsGivenUp(now)
                ? waits.tunnels(rotation).awaiting()
                : followers;
    }

    private boolean tunnelsGivenUp(Instant now) {
        return followedSince != null && !now.isBefore(followedSince.plus(mostForTunnels));
    }

    /**
     * Returns why the step is not over yet: an empty text if it waits for those that {@link #awaiting} names; empty if
     * it is over.
     */
    Optional<String> waitReason(Rotation rotation, OptionalLong published, Instant now) {
        goesOnAt = null;
        if (!waits.awaiting(rotation, published).isComplete()) {
            reset();
            return Optional.of("");
        }
        if (followedSince == null) {
            followedSince = now;
        }
        PendingFollowers awaiting = awaiting(rotation, published, now);
        if (!awaiting.isComplete()) {
            overSince = null;
            goesOnAt = followedSince.plus(mostForTunnels);
            return Optional.of("");
        }
        if (overSince == null) {
            overSince = now;
        }
        Instant until = overSince.plus(waits.settleTime(rotation, awaiting.total()));
        if (!now.isBefore(until)) {
            return Optional.empty();
        }
        goesOnAt = until;
        return Optional.of("it leaves "
                + (rotation.step() == Step.PUBLISH
                        ? "other trust domains time to fetch the new anchor"
                        : "standing tunnels time to be proven again")
                + ", until " + until.truncatedTo(ChronoUnit.SECONDS));
    }
}
