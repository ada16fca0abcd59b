package dev.weft.policy.decide;

import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The policies of one workload that are about requests.
 *
 * <p>Which of them a peer comes under is found once for each connection. Peers that come under the same ones share an index, so a request's cost
 * does not grow with the rules for others. Safe for use by several threads.
 */
final class RequestPolicies {

    /** Indexes that are kept. There are as many as there are sets of policies that some peer comes under. */
    private static final int MAX_INDEXES = 64;

    private static final BitSet NONE = new BitSet();

    private final List<AuthorizationPolicy> policies;
    private final Matcher matcher;
    private final Map<BitSet, RequestIndexes> indexes = new ConcurrentHashMap<>();

    RequestPolicies(List<AuthorizationPolicy> all, Matcher matcher) {
        this.policies = all.stream().filter(AuthorizationPolicy::aboutRequests).toList();
        this.matcher = matcher;
    }

    /** The numbers of the policies for the port whose source the peer is. Not to be changed. */
    BitSet matching(Peer peer, int port) {
        if (policies.isEmpty()) {
            return NONE;
        }
        BitSet matching = new BitSet(policies.size());
        for (int i = 0; i < policies.size(); i++) {
            AuthorizationPolicy policy = policies.get(i);
            if (policy.selectsPort(port) && matcher.anyMatches(policy.from(), peer)) {
                matching.set(i);
            }
        }
        return matching;
    }

    /** The first of these policies with this action. */
    @Nullable
    AuthorizationPolicy first(Action action, BitSet matching) {
        for (int i = matching.nextSetBit(0); i >= 0; i = matching.nextSetBit(i + 1)) {
            if (policies.get(i).action() == action) {
                return policies.get(i);
            }
        }
        return null;
    }

    /** An index of these policies. */
    RequestIndexes indexes(BitSet matching) {
        RequestIndexes known = indexes.get(matching);
        if (known != null) {
            return known;
        }
        if (indexes.size() >= MAX_INDEXES) {
            indexes.clear();
        }
        RequestIndexes made =
                RequestIndexes.of(matching.stream().mapToObj(policies::get).toList());
        indexes.put(matching, made);
        return made;
    }
}
