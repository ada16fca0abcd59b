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

/** Whom a step of a rotation waits for, and what time passes after the last of them has followed. */
final class StepWaits {

    private static final Logger LOG = LoggerFactory.getLogger(StepWaits.class);

    /** In an emergency linked trust domains have this time to hear of the new anchor; they are told at once. */
    static final Duration MOST_IN_EMERGENCY = Duration.ofSeconds(15);

    /**
     * In an emergency others get this part of the time, in which each asks once. A sidecar that has not asked by then cannot follow any more, as
     * the endpoint is proven by the new anchor from then on.
     */
    private static final int EMERGENCY_PART = 4;

    private final TrustParts parts;
    private final Pace pace;
    private final ShutOut shutOut;

    StepWaits(TrustParts parts, Pace pace) {
        this.parts = parts;
        this.pace = pace;
        this.shutOut = new ShutOut(parts);
    }

    /** Holders of a compromised key get as little time as the others can do with. */
    Duration afterwards(Rotation rotation, int followed) {
        Duration settle = followed == 0 || rotation.kind() == Rotation.Kind.ISSUER
                ? Duration.ZERO
                : tunnels(rotation).counted() ? pace.lastHandshakes() : pace.settle();
        return switch (rotation.step()) {
            case PUBLISH ->
                rotation.emergency()
                        ? pace.federationGrace().get().dividedBy(EMERGENCY_PART)
                        : pace.federationGrace().get();
            case REISSUE -> rotation.emergency() ? Duration.ZERO : settle;
            case REISSUE_OLD -> settle;
            case PREPARE, ISSUE, TAINT, RETIRE, DONE, WITHDRAW, ROLLED_BACK -> Duration.ZERO;
        };
    }

    /** @param published the bundle that the step's work led to; none until that is done */
    Awaiting awaiting(Rotation rotation, OptionalLong published) {
        List<ExpectedProxy> proxies = shutOut.others();
        return switch (rotation.step()) {
            case PUBLISH -> acknowledged(rotation, proxies, published).and(linked(rotation, published));
            case RETIRE, WITHDRAW -> acknowledged(rotation, proxies, published);
            case REISSUE -> Awaiting.certified(proxies, rotation.forced(), rotation.newKey());
            case REISSUE_OLD -> Awaiting.certified(proxies, rotation.forced(), rotation.oldKey());
            // A compromised key is tainted at once: sidecars that have not heard of it are waited for in the next step.
            case PREPARE, ISSUE, TAINT, DONE, ROLLED_BACK -> Awaiting.NOBODY;
        };
    }

    /** Whether tunnels that rest on what goes next are waited for: those who hold a compromised key get no time by them. */
    boolean waitsForTunnels(Rotation rotation) {
        return rotation.takesAwayNext() && !rotation.emergency();
    }

    /** The tunnels that do not rest on the issuer that is wanted. */
    RestingTunnels tunnels(Rotation rotation) {
        return new RestingTunnels(
                shutOut.others(), rotation.forced(), rotation.wantedIssuer().orElse(rotation.newKey()));
    }

    /** The rotation, with those who lose tunnels by what its next step takes away. */
    Rotation closing(Rotation rotation) {
        if (!rotation.takesAwayNext()) {
            return rotation;
        }
        Map<String, String> closed = tunnels(rotation).closing();
        closed.forEach((workload, tunnels) -> LOG.atWarn()
                .addKeyValue("workload", workload)
                .addKeyValue("tunnels", tunnels)
                .log("tunnels end, as what they rest on is taken away"));
        return rotation.closing(closed);
    }

    private Awaiting acknowledged(Rotation rotation, List<ExpectedProxy> proxies, OptionalLong published) {
        return Awaiting.acknowledged(proxies, rotation.forced(), parts.state().trustDomain(), published);
    }

    /** Holders of a compromised key get the time that the others need, not more. */
    private Awaiting linked(Rotation rotation, OptionalLong published) {
        Instant until = rotation.stepSince().plus(MOST_IN_EMERGENCY);
        boolean waits = !rotation.emergency() || parts.clock().instant().isBefore(until);
        return waits && published.isPresent()
                ? rotation.newAnchor()
                        .map(anchor -> Awaiting.held(
                                parts.linked().get(), rotation.forced(), SpkiFingerprint.of(anchor.getPublicKey())))
                        .orElse(Awaiting.NOBODY)
                : Awaiting.NOBODY;
    }
}
