package dev.weft.policy.decide;

import dev.weft.policy.decide.RequestGroup.Kind;
import dev.weft.policy.decide.RequestGroup.Member;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The policies of one workload that are about requests.
 *
 * <p>The groups that match a peer are found once for each connection. All peers share a group's index, so memory does
 * not grow with the number of peers. A request's cost grows neither with rules for other peers nor with the rules of a
 * group. A peer that matches very many groups gets one merged index over all of them. Safe for use by several threads.
 */
final class RequestPolicies {

    /** Most groups of one action that are searched one after the other; more groups are merged. */
    static final int MAX_GROUPS = 16;

    /** Most merged indexes that are kept. */
    private static final int MAX_MERGED = 8;

    /** A group and the properties that its policies share. */
    private record Kept(Kind kind, RequestGroup group) {}

    private final List<Kept> groups = new ArrayList<>();
    private final SourceMatcher matcher;
    private final Map<List<RequestGroup>, RequestGroups> merged = new ConcurrentHashMap<>();

    RequestPolicies(List<AuthorizationPolicy> all, SourceMatcher matcher) {
        this.matcher = matcher;
        Map<Kind, List<Member>> members = new LinkedHashMap<>();
        for (int i = 0; i < all.size(); i++) {
            AuthorizationPolicy policy = all.get(i);
            if (policy.aboutRequests()) {
                members.computeIfAbsent(Kind.of(policy), _ -> new ArrayList<>()).add(Member.of(i, policy));
            }
        }
        members.forEach((kind, list) -> groups.add(new Kept(kind, new RequestGroup(list))));
    }

    boolean isEmpty() {
        return groups.isEmpty();
    }

    RequestGroups matching(Action action, Peer peer, int port) {
        if (groups.isEmpty()) {
            return RequestGroups.NONE;
        }
        List<RequestGroup> matching = new ArrayList<>();
        for (Kept kept : groups) {
            Kind kind = kept.kind();
            boolean selected = kind.ports().isEmpty() || kind.ports().contains(port);
            if (kind.action() == action && selected && matcher.anyMatches(kind.from(), peer)) {
                matching.add(kept.group());
            }
        }
        return matching.size() <= MAX_GROUPS ? new RequestGroups(matching) : merged(matching);
    }

    private RequestGroups merged(List<RequestGroup> matching) {
        RequestGroups known = merged.get(matching);
        if (known != null) {
            return known;
        }
        if (merged.size() >= MAX_MERGED) {
            merged.clear();
        }
        RequestGroups made = new RequestGroups(List.of(RequestGroup.merged(matching)));
        merged.put(List.copyOf(matching), made);
        return made;
    }
}
