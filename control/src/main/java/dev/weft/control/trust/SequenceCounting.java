package dev.weft.control.trust;

import dev.weft.control.lead.Leadership;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether this control plane counts the sequences of bundles. If several share the state, only the leader does.
 * A new leader may know less of the objects than the former one: it starts to count when its contents equal those
 * counted last, or after some time. Not safe for use by several threads.
 */
final class SequenceCounting {

    /** After this time a new leader has learned everything that the former leader knew. */
    static final Duration SETTLE = Duration.ofSeconds(5);

    private final Leadership leadership;
    private final BundleSequences sequences;
    private boolean complete;
    private boolean counts;
    private @Nullable Instant leadsSince;

    SequenceCounting(Leadership leadership, BundleSequences sequences) {
        this.sequences = sequences;
        this.leadership = leadership;
        this.complete = isAlone();
    }

    boolean isAlone() {
        return leadership.equals(Leadership.ALONE);
    }

    /** All parts of the bundles are known: from now on this may count. */
    void complete() {
        complete = true;
    }

    boolean counts() {
        return isAlone() || (counts && leadership.leads());
    }

    /**
     * Notes that the contents equal those counted last, or that no contents were ever counted. Returns whether counting
     * starts because of it.
     */
    private boolean startIfReady() {
        if (counts() || !complete || !leadership.leads()) {
            return false;
        }
        counts = true;
        return true;
    }

    void tick(Instant now) {
        if (!leadership.leads()) {
            counts = false;
            leadsSince = null;
        } else if (leadsSince == null) {
            leadsSince = now;
        } else if (complete && !now.isBefore(leadsSince.plus(SETTLE))) {
            counts = true;
        }
    }

    /**
     * Returns the sequences of these contents: of all if this control plane counts, else of those that were counted.
     *
     * @throws IOException if they cannot be read or stored
     */
    Map<TrustDomain, Long> numbers(Map<TrustDomain, String> hashes) throws IOException {
        Map<TrustDomain, Long> numbers = sequences.of(hashes, counts());
        boolean agrees = numbers.keySet().equals(hashes.keySet()) || !sequences.begun();
        return agrees && startIfReady() ? sequences.of(hashes, counts()) : numbers;
    }

    static boolean haveSameNumbers(Map<TrustDomain, TrustBundle> bundles, Map<TrustDomain, TrustBundle> others) {
        return numbersOf(bundles).equals(numbersOf(others));
    }

    private static Map<TrustDomain, Long> numbersOf(Map<TrustDomain, TrustBundle> bundles) {
        Map<TrustDomain, Long> numbers = new HashMap<>();
        bundles.forEach((domain, bundle) -> numbers.put(domain, bundle.sequence()));
        return numbers;
    }
}
