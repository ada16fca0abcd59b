package dev.weft.policy.decide;

import dev.weft.policy.match.RequestIndex;
import dev.weft.policy.match.Strictness;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.Source;
import dev.weft.policy.request.HttpRequest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Policies about requests with the same action, sources and ports: a peer matches all of them or none. They share an
 * index, which is built at the first request. Safe for use by several threads.
 */
final class RequestGroup {

    /** Returned by the index when no policy matches. */
    static final int NONE = RequestIndex.NONE;

    /** The properties that all policies of a group share. */
    record Kind(Action action, Set<Integer> ports, List<Source> from) {

        static Kind of(AuthorizationPolicy policy) {
            return new Kind(policy.action(), policy.ports(), policy.from());
        }
    }

    /**
     * A policy with its position in the order of all policies.
     *
     * @param admission the decision when this policy admits a request, made beforehand
     */
    record Member(int number, AuthorizationPolicy policy, Decision admission) {

        static Member of(int number, AuthorizationPolicy policy) {
            String name = policy.fullName();
            return new Member(
                    number,
                    policy,
                    new Decision(Outcome.ALLOW, Code.ALLOWED, name, name + " allows the request", List.of()));
        }
    }

    private final List<Member> members;
    private final Strictness reading;
    private volatile @Nullable RequestIndex index;

    /** @param members at least one, in the order of their numbers, all with the same action */
    RequestGroup(List<Member> members) {
        this.members = List.copyOf(members);
        this.reading = Strictness.of(members.getFirst().policy().action());
    }

    static RequestGroup merged(List<RequestGroup> groups) {
        List<Member> all = new ArrayList<>();
        groups.forEach(group -> all.addAll(group.members));
        all.sort(Comparator.comparingInt(Member::number));
        return new RequestGroup(all);
    }

    Member leader() {
        return members.getFirst();
    }

    /** Returns the first policy that matches a request; null if none matches. */
    @Nullable
    Member first(HttpRequest request) {
        int first = index().first(request);
        return first == NONE ? null : members.get(first);
    }

    void addAll(HttpRequest request, List<Member> to) {
        BitSet matching = index().all(request);
        matching.stream().mapToObj(members::get).forEach(to::add);
    }

    /**
     * Returns the index, and builds it at the first call. Two threads may build it at the same time; both results are
     * equal.
     */
    private RequestIndex index() {
        RequestIndex made = index;
        if (made == null) {
            made = RequestIndex.of(members.stream().map(Member::policy).toList(), reading);
            index = made;
        }
        return made;
    }
}
