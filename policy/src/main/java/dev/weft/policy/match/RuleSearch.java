package dev.weft.policy.match;

import dev.weft.policy.request.HttpRequest;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** One search for the rules that match a request. Used once, by one thread. */
final class RuleSearch {

    /** Returned by {@link #first} when no rule matches. */
    static final int NONE = -1;

    final HttpRequest request;
    /** The request's method, in the form in which it is compared. */
    final String method;

    private final @Nullable BitSet all;
    private int first = NONE;

    /** @param all receives the numbers of all policies that match; null to search for the first only */
    RuleSearch(HttpRequest request, Strictness reading, @Nullable BitSet all) {
        this.request = request;
        this.method = reading.normalizedWord(request.method());
        this.all = all;
    }

    /** Whether a match of this policy would change the result. */
    boolean wants(int policy) {
        return all == null ? first == NONE || policy < first : !all.get(policy);
    }

    /** Whether matches of policies with higher numbers are still needed. */
    boolean wantsLater() {
        return all != null;
    }

    void found(int policy) {
        if (all != null) {
            all.set(policy);
        }
        if (first == NONE || policy < first) {
            first = policy;
        }
    }

    /** Returns the lowest number of a policy that matches, or {@link #NONE}. */
    int first() {
        return first;
    }
}
