package dev.weft.control.rotate;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.trust.SpkiFingerprint;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A rotation of the issuer or the anchor, as it is stored between steps.
 *
 * @param newAnchor the new anchor; empty if only the issuer changes
 * @param oldAnchors the anchors published at its start
 * @param oldChain chain of the issuer in use at its start
 * @param newKey key of the new issuer, which was created here; if another program makes that issuer, the old key until
 *     the new one is there
 * @param newChain chain of the new issuer; empty until the operator has had it signed
 * @param forced proxies that the rotation leaves behind
 * @param turnedAt the step in which it was rolled back
 * @param outside whether another program makes the new issuer, in the issuer's directory
 * @param closedTunnels proxies that lost tunnels because the former authority was removed, with the tunnels' number
 *     and peers
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

    enum Kind {
        /** The anchor, and the issuer with it. */
        ANCHOR,
        /** The issuer only. */
        ISSUER
    }

    /** Most proxies whose closed tunnels are named. */
    static final int MAX_CLOSED = 200;

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
     * Whether it can be rolled back: until the removal of the former authority begins. Proxies that know of a taint
     * would not trust a control plane that returns to the tainted issuer.
     */
    boolean hasWayBack() {
        return step.compareTo(emergency ? Step.TAINT : Step.RETIRE) < 0;
    }

    List<Step> plan() {
        return Step.plan(kind, emergency, outside, turnedAt);
    }

    /** Returns the issuer that must sign certificates in this step; empty if any may. */
    Optional<SpkiFingerprint> wantedIssuer() {
        return switch (step) {
            case PREPARE, PUBLISH, ISSUE, TAINT, DONE, ROLLED_BACK -> Optional.empty();
            case REISSUE, RETIRE -> Optional.of(newKey);
            case REISSUE_OLD, WITHDRAW -> Optional.of(oldKey());
        };
    }

    SpkiFingerprint oldKey() {
        return SpkiFingerprint.of(oldChain.getFirst());
    }

    /** Returns the anchors while old and new ones are trusted. */
    List<X509Certificate> bothAnchors() {
        if (newAnchor.isEmpty() || oldAnchors.contains(newAnchor.get())) {
            return oldAnchors;
        }
        List<X509Certificate> both = new java.util.ArrayList<>(oldAnchors);
        both.add(newAnchor.get());
        return both;
    }

    List<X509Certificate> lastAnchors() {
        return newAnchor.map(List::of).orElse(oldAnchors);
    }

    /** Returns the anchors that are no longer trusted at the end. */
    List<X509Certificate> outgoingAnchors() {
        return oldAnchors.stream()
                .filter(anchor -> !lastAnchors().contains(anchor))
                .toList();
    }

    Rotation at(Step next, Instant now) {
        return with(next, now, newKey, newChain, forced, turnedAt, closedTunnels);
    }

    Rotation withChain(List<X509Certificate> chain) {
        return with(step, stepSince, newKey, chain, forced, turnedAt, closedTunnels);
    }

    Rotation without(Set<String> more) {
        Set<String> all = new TreeSet<>(forced);
        all.addAll(more);
        return with(step, stepSince, newKey, newChain, all, turnedAt, closedTunnels);
    }

    /**
     * Returns this rotation in the first step of its way back.
     *
     * @param inUse the issuer's chain. If it was replaced by hand with one under the new anchor, certificates must be
     *     renewed before that anchor can be withdrawn.
     */
    Rotation turned(Instant now, List<X509Certificate> inUse) {
        boolean replaced =
                step == Step.PUBLISH && IssuerChains.anchorOf(inUse, oldAnchors).isEmpty();
        Step from = replaced ? Step.ISSUE : step;
        List<Step> back = Step.plan(kind, emergency, outside, Optional.of(from));
        return with(back.get(back.indexOf(from) + 1), now, newKey, newChain, forced, Optional.of(from), closedTunnels);
    }

    /** Returns this rotation with other progress; all other fields were fixed at its start. */
    private Rotation with(
            Step at,
            Instant since,
            SpkiFingerprint key,
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
                key,
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

    /**
     * Whether the next step removes an anchor or issuer that tunnels may still depend on: so far only certificates
     * were renewed.
     */
    boolean takesAwayNext() {
        return (step == Step.REISSUE && nextStep() == Step.RETIRE)
                || (step == Step.REISSUE_OLD && nextStep() == Step.WITHDRAW);
    }

    /** Returns this rotation with the issuer that another program made. */
    Rotation withExternalIssuer(List<X509Certificate> chain) {
        SpkiFingerprint key = SpkiFingerprint.of(chain.getFirst());
        return with(step, stepSince, key, chain, forced, turnedAt, closedTunnels);
    }

    /** Whether the new issuer, made by another program, is not there yet. */
    boolean awaitsExternalIssuer() {
        return outside && newChain.isEmpty();
    }

    /** Returns this rotation with the proxies that lose tunnels in the next step. */
    Rotation closing(Map<String, String> tunnels) {
        return with(step, stepSince, newKey, newChain, forced, turnedAt, limited(tunnels));
    }

    /** Returns the first proxies by name and the number of the others, so that the stored rotation stays small. */
    static Map<String, String> limited(Map<String, String> closed) {
        if (closed.size() <= MAX_CLOSED) {
            return closed;
        }
        Map<String, String> named = new TreeMap<>();
        new TreeMap<>(closed)
                .entrySet().stream().limit(MAX_CLOSED).forEach(each -> named.put(each.getKey(), each.getValue()));
        named.put((closed.size() - MAX_CLOSED) + " more sidecars", "tunnels");
        return named;
    }
}
