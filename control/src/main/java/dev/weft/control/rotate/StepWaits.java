package dev.weft.control.rotate;

import dev.weft.control.watch.ExpectedProxy;
import dev.weft.identity.trust.SpkiFingerprint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Determines what a step of a rotation waits for, and how long it waits after the last proxy has followed. */
final class StepWaits {

    private static final Logger LOG = LoggerFactory.getLogger(StepWaits.class);

    /**
     * Longest wait for linked trust domains to learn of the new anchor in an emergency; the control plane informs them
     * at once.
     */
    static final Duration MOST_IN_EMERGENCY = Duration.ofSeconds(15);

    /**
     * Longest wait for the places in which sidecars that start find the anchors. Whoever refuses a write into one
     * namespace must not hold up a rotation of the whole mesh, but thousands of namespaces are written one by one.
     */
    static final Duration MOST_FOR_PLACES = Duration.ofMinutes(2);

    /**
     * In an emergency others get this fraction of the time, in which each asks once. A follower that has not asked by
     * then can no longer follow, because the endpoint is proven with the new anchor from then on.
     */
    private static final int EMERGENCY_PART = 4;

    private final RotationParts parts;
    private final RotationTimings timings;
    private final ExcludedProxies shutOut;

    StepWaits(RotationParts parts, RotationTimings timings) {
        this.parts = parts;
        this.timings = timings;
        this.shutOut = new ExcludedProxies(parts);
    }

    /**
     * Returns the wait after all have followed. In an emergency it is as short as the others can bear, because of a
     * compromised key.
     */
    Duration settleTime(Rotation rotation, int followed) {
        Duration settle = followed == 0 || rotation.kind() == Rotation.Kind.ISSUER
                ? Duration.ZERO
                : tunnels(rotation).counted() ? timings.lastHandshakes() : timings.settle();
        return switch (rotation.step()) {
            case PUBLISH ->
                rotation.emergency()
                        ? timings.federationGrace().get().dividedBy(EMERGENCY_PART)
                        : timings.federationGrace().get();
            case REISSUE -> rotation.emergency() ? Duration.ZERO : settle;
            case REISSUE_OLD -> settle;
            case PREPARE, ISSUE, TAINT, RETIRE, DONE, WITHDRAW, ROLLED_BACK -> Duration.ZERO;
        };
    }

    /** @param published sequence of the bundle that the step's work produced; empty until that work is done */
    PendingFollowers awaiting(Rotation rotation, OptionalLong published) {
        List<ExpectedProxy> proxies = shutOut.others();
        return switch (rotation.step()) {
            case PUBLISH ->
                acknowledged(rotation, proxies, published)
                        .and(linked(rotation, published))
                        .and(places(rotation, published));
            case RETIRE, WITHDRAW -> acknowledged(rotation, proxies, published);
            case REISSUE -> PendingFollowers.certified(proxies, rotation.forced(), rotation.newKey());
            case REISSUE_OLD -> PendingFollowers.certified(proxies, rotation.forced(), rotation.oldKey());
            // A compromised key is tainted at once: the next step waits for the sidecars that have not received that.
            case PREPARE, ISSUE, TAINT, DONE, ROLLED_BACK -> PendingFollowers.NONE;
        };
    }

    /**
     * Whether the step waits for tunnels that depend on the former authority; not in an emergency, because of a
     * compromised key.
     */
    boolean waitsForTunnels(Rotation rotation) {
        return rotation.takesAwayNext() && !rotation.emergency();
    }

    /** Returns the tunnels that do not depend on the wanted issuer. */
    FormerIssuerTunnels tunnels(Rotation rotation) {
        return new FormerIssuerTunnels(
                shutOut.others(), rotation.forced(), rotation.wantedIssuer().orElse(rotation.newKey()));
    }

    /** Returns the rotation with the proxies that lose tunnels because of its next step. */
    Rotation closing(Rotation rotation) {
        if (!rotation.takesAwayNext()) {
            return rotation;
        }
        Map<String, String> closed = tunnels(rotation).closing();
        closed.forEach((workload, tunnels) -> LOG.atWarn()
                .addKeyValue("workload", workload)
                .addKeyValue("tunnels", tunnels)
                .log("tunnels end, because the issuer or anchor that they depend on is removed"));
        return rotation.closing(closed);
    }

    private PendingFollowers acknowledged(Rotation rotation, List<ExpectedProxy> proxies, OptionalLong published) {
        return PendingFollowers.acknowledged(
                proxies, rotation.forced(), parts.state().trustDomain(), published);
    }

    /** Waits until sidecars that start find the new anchor, for a limited time. */
    private PendingFollowers places(Rotation rotation, OptionalLong published) {
        Instant until = rotation.stepSince().plus(rotation.emergency() ? MOST_IN_EMERGENCY : MOST_FOR_PLACES);
        return rotation.newAnchor().isPresent()
                        && published.isPresent()
                        && parts.clock().instant().isBefore(until)
                ? PendingFollowers.published(parts.unpublished().get(), rotation.forced(), until)
                : PendingFollowers.NONE;
    }

    /** Waits for linked trust domains; in an emergency for a limited time, because of a compromised key. */
    private PendingFollowers linked(Rotation rotation, OptionalLong published) {
        Instant until = rotation.stepSince().plus(MOST_IN_EMERGENCY);
        boolean waits = !rotation.emergency() || parts.clock().instant().isBefore(until);
        return waits && published.isPresent()
                ? rotation.newAnchor()
                        .map(anchor -> PendingFollowers.anchorHeld(
                                parts.linked().get(), rotation.forced(), SpkiFingerprint.of(anchor)))
                        .orElse(PendingFollowers.NONE)
                : PendingFollowers.NONE;
    }
}
