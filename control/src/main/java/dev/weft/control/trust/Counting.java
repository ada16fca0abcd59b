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
 * Whether this control plane counts the sequences of bundles. Where several have the same state, the leader alone does. One that
 * has just begun to lead may know less of the objects than the one before it: it counts when what it knows is what was counted
 * last, or after a while. Not safe for use by several threads.
 */
final class Counting {

    /** A new leader has heard of what the one before it knew after this time. */
    static final Duration SETTLE = Duration.ofSeconds(5);

    private final Leadership leadership;
    private final BundleSequences sequences;
    private boolean complete;
    private boolean counts;
    private @Nullable Instant leadsSince;

    Counting(Leadership leadership, BundleSequences sequences) {
        this.sequences = sequences;
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
    private boolean agrees() {
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

    /**
     * The numbers of these contents: of all of them where this control plane counts, else of those that were counted.
     *
     * @throws IOException if they cannot be read or kept
     */
    Map<TrustDomain, Long> numbers(Map<TrustDomain, String> hashes) throws IOException {
        Map<TrustDomain, Long> numbers = sequences.of(hashes, counts());
        boolean agrees = numbers.keySet().equals(hashes.keySet()) || !sequences.begun();
        return agrees && agrees() ? sequences.of(hashes, counts()) : numbers;
    }

    static Map<TrustDomain, Long> numbersOf(Map<TrustDomain, TrustBundle> bundles) {
        Map<TrustDomain, Long> numbers = new HashMap<>();
        bundles.forEach((domain, bundle) -> numbers.put(domain, bundle.sequence()));
        return numbers;
    }
}
