package dev.weft.control.rotate;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.trust.SpkiFingerprint;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A rotation as it is kept between steps.
 *
 * @param newAnchor what it rotates to; empty when only the issuer changes
 * @param oldAnchors those published when it began
 * @param oldChain the issuer in use when it began
 * @param newKey of the new issuer, which was made here
 * @param newChain the new issuer's; empty until the operator has had it signed
 * @param forced proxies that it goes on without
 * @param turnedAt where it was when it was rolled back
 */
record Rotation(
        String id,
        Kind kind,
        boolean emergency,
        Step step,
        Instant startedAt,
        Instant stepSince,
        Optional<X509Certificate> newAnchor,
        List<X509Certificate> oldAnchors,
        List<X509Certificate> oldChain,
        SpkiFingerprint newKey,
        List<X509Certificate> newChain,
        Set<String> forced,
        Optional<Step> turnedAt) {

    /** What changes. */
    enum Kind {
        /** The anchor, and the issuer with it. */
        ANCHOR,
        /** The issuer. */
        ISSUER
    }

    Rotation {
        requireNonNull(id, "id");
        oldAnchors = List.copyOf(oldAnchors);
        oldChain = List.copyOf(oldChain);
        newChain = List.copyOf(newChain);
        forced = Set.copyOf(forced);
    }

    boolean finished() {
        return step.isLast();
    }

    /**
     * Whether there is a way back: until what was before begins to be taken away. Proxies that have heard of a taint would not
     * trust a control plane that goes back to the tainted issuer.
     */
    boolean hasWayBack() {
        return step.compareTo(emergency ? Step.TAINT : Step.RETIRE) < 0;
    }

    List<Step> plan() {
        return Step.plan(kind, emergency, turnedAt);
    }

    /** The issuer that certificates shall be of in this step; empty while any will do. */
    Optional<SpkiFingerprint> wantedIssuer() {
        return switch (step) {
            case PREPARE, PUBLISH, ISSUE, TAINT, DONE, ROLLED_BACK -> Optional.empty();
            case REISSUE, RETIRE -> Optional.of(newKey);
            case REISSUE_OLD, WITHDRAW -> Optional.of(oldKey());
        };
    }

    SpkiFingerprint oldKey() {
        return SpkiFingerprint.of(oldChain.getFirst().getPublicKey());
    }

    /** The anchors while both are trusted. */
    List<X509Certificate> bothAnchors() {
        if (newAnchor.isEmpty() || oldAnchors.contains(newAnchor.get())) {
            return oldAnchors;
        }
        List<X509Certificate> both = new java.util.ArrayList<>(oldAnchors);
        both.add(newAnchor.get());
        return both;
    }

    /** The anchors when it is done. */
    List<X509Certificate> lastAnchors() {
        return newAnchor.map(List::of).orElse(oldAnchors);
    }

    /** The anchors that are not trusted when it is done. */
    List<X509Certificate> outgoingAnchors() {
        return oldAnchors.stream()
                .filter(anchor -> !lastAnchors().contains(anchor))
                .toList();
    }

    Rotation at(Step next, Instant now) {
        return with(next, now, newChain, forced, turnedAt);
    }

    Rotation withChain(List<X509Certificate> chain) {
        return with(step, stepSince, chain, forced, turnedAt);
    }

    Rotation without(Set<String> more) {
        Set<String> all = new TreeSet<>(forced);
        all.addAll(more);
        return with(step, stepSince, newChain, all, turnedAt);
    }

    /** On its way back, in the first step of it. */
    Rotation turned(Instant now) {
        List<Step> back = Step.plan(kind, emergency, Optional.of(step));
        return with(back.get(back.indexOf(step) + 1), now, newChain, forced, Optional.of(step));
    }

    /** The same rotation, further on: all else was settled when it began. */
    private Rotation with(
            Step at, Instant since, List<X509Certificate> chain, Set<String> left, Optional<Step> turned) {
        return new Rotation(
                id,
                kind,
                emergency,
                at,
                startedAt,
                since,
                newAnchor,
                oldAnchors,
                oldChain,
                newKey,
                chain,
                left,
                turned);
    }

    Rotation next(Instant now) {
        List<Step> plan = plan();
        return at(plan.get(plan.indexOf(step) + 1), now);
    }
}
