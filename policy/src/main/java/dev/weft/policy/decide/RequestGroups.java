package dev.weft.policy.decide;

import dev.weft.policy.decide.RequestGroup.Member;
import dev.weft.policy.request.HttpRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The groups of one action that match a peer. */
record RequestGroups(List<RequestGroup> groups) {

    static final RequestGroups NONE = new RequestGroups(List.of());

    RequestGroups {
        groups = List.copyOf(groups);
    }

    boolean isEmpty() {
        return groups.isEmpty();
    }

    /** Returns the policy that comes first in the order of all, whatever the request. */
    Member leader() {
        Member first = groups.getFirst().leader();
        for (RequestGroup group : groups) {
            first = group.leader().number() < first.number() ? group.leader() : first;
        }
        return first;
    }

    @Nullable
    Member first(HttpRequest request) {
        Member first = null;
        for (int i = 0; i < groups.size(); i++) {
            Member found = groups.get(i).first(request);
            if (found != null && (first == null || found.number() < first.number())) {
                first = found;
            }
        }
        return first;
    }

    /** Returns the names of all policies that match a request, in their order. */
    List<String> names(HttpRequest request) {
        if (groups.isEmpty()) {
            return List.of();
        }
        List<Member> found = new ArrayList<>();
        groups.forEach(group -> group.addAll(request, found));
        found.sort(Comparator.comparingInt(Member::number));
        return found.stream().map(member -> member.policy().fullName()).toList();
    }
}
