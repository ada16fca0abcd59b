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
 * <p>Which of them a peer comes under is found once for each connection, by groups. A group's index is shared by all peers, so memory does not grow with peers, and a
 * request's cost grows neither with the rules for others nor with those of a group. A peer that comes under very many groups gets an index of its own over all of
 * them. Safe for use by several threads.
 */
final class RequestPolicies {

    /** Up to here the groups of one action are searched one after the other. */
    static final int MAX_GROUPS = 16;

    /** Indexes over many groups that are kept. */
    private static final int MAX_MERGED = 8;

    private static final RequestGroups NONE = new RequestGroups(List.of());

    /** A group and what it is for. */
    private record Kept(Kind kind, RequestGroup group) {}

    private final List<Kept> groups = new ArrayList<>();
    private final Matcher matcher;
    private final Map<List<RequestGroup>, RequestGroups> merged = new ConcurrentHashMap<>();

    RequestPolicies(List<AuthorizationPolicy> all, Matcher matcher) {
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

    /** Whether there is none. */
    boolean isEmpty() {
        return groups.isEmpty();
    }

    /** The policies of one action for a port whose source the peer is. */
    RequestGroups matching(Action action, Peer peer, int port) {
        if (groups.isEmpty()) {
            return NONE;
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
