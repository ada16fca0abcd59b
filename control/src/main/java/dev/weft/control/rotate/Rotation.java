package dev.weft.control.rotate;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.trust.SpkiFingerprint;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A rotation as it is kept between steps.
 *
 * @param newAnchor what it rotates to; empty when only the issuer changes
 * @param oldAnchors those published when it began
 * @param oldChain the issuer in use when it began
 * @param newKey of the new issuer, which was made here; where somebody else makes it, that of the old one until it is there
 * @param newChain the new issuer's; empty until the operator has had it signed
 * @param forced proxies that it goes on without
 * @param turnedAt where it was when it was rolled back
 * @param outside whether somebody else makes the new issuer, in the issuer's directory
 * @param closedTunnels proxies that lost tunnels by what was taken away, with how many and whom they were with
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
        Optional<Step> turnedAt,
        boolean outside,
        Map<String, String> closedTunnels) {

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
        closedTunnels = Map.copyOf(closedTunnels);
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
        return Step.plan(kind, emergency, outside, turnedAt);
    }

    /** The issuer that must sign certificates in this step; empty while any may. */
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
        return with(next, now, newChain, forced, turnedAt, closedTunnels);
    }

    Rotation withChain(List<X509Certificate> chain) {
        return with(step, stepSince, chain, forced, turnedAt, closedTunnels);
    }

    Rotation without(Set<String> more) {
        Set<String> all = new TreeSet<>(forced);
        all.addAll(more);
        return with(step, stepSince, newChain, all, turnedAt, closedTunnels);
    }

    /**
     * On its way back, in the first step of it.
     *
     * @param inUse the issuer's chain. Where it was replaced by hand with one under the new anchor, certificates are to be
     *     renewed before that anchor can go.
     */
    Rotation turned(Instant now, List<X509Certificate> inUse) {
        boolean replaced =
                step == Step.PUBLISH && Chains.anchorOf(inUse, oldAnchors).isEmpty();
        Step from = replaced ? Step.ISSUE : step;
        List<Step> back = Step.plan(kind, emergency, outside, Optional.of(from));
        return with(back.get(back.indexOf(from) + 1), now, newChain, forced, Optional.of(from), closedTunnels);
    }

    /** The same rotation, further on: all else was settled when it began. */
    private Rotation with(
            Step at,
            Instant since,
            List<X509Certificate> chain,
            Set<String> left,
            Optional<Step> turned,
            Map<String, String> closed) {
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
                turned,
                outside,
                closed);
    }

    Rotation next(Instant now) {
        return at(nextStep(), now);
    }

    private Step nextStep() {
        List<Step> plan = plan();
        return plan.get(plan.indexOf(step) + 1);
    }

    /** Whether the next step takes away an anchor or issuer that tunnels may rest on: nothing but theirs was renewed until now. */
    boolean takesAwayNext() {
        return (step == Step.REISSUE && nextStep() == Step.RETIRE)
                || (step == Step.REISSUE_OLD && nextStep() == Step.WITHDRAW);
    }

    /** With the issuer that somebody else made. */
    Rotation withOutsideIssuer(List<X509Certificate> chain) {
        return new Rotation(
                id,
                kind,
                emergency,
                step,
                startedAt,
                stepSince,
                newAnchor,
                oldAnchors,
                oldChain,
                SpkiFingerprint.of(chain.getFirst().getPublicKey()),
                chain,
                forced,
                turnedAt,
                outside,
                closedTunnels);
    }

    /** Whether the new issuer is not there yet. */
    boolean awaitsOutsideIssuer() {
        return outside && newChain.isEmpty();
    }

    /** With these proxies, which lose tunnels by the next step. */
    Rotation closing(Map<String, String> tunnels) {
        return with(step, stepSince, newChain, forced, turnedAt, tunnels);
    }
}
