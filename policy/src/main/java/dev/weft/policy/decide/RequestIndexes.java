package dev.weft.policy.decide;

import dev.weft.policy.match.Reading;
import dev.weft.policy.match.RequestIndex;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.request.HttpRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Policies about requests by action, each with its index. Immutable. */
record RequestIndexes(ByAction denies, ByAction allows, ByAction audits) {

    static RequestIndexes of(List<AuthorizationPolicy> policies) {
        return new RequestIndexes(
                ByAction.of(policies, Action.DENY),
                ByAction.of(policies, Action.ALLOW),
                ByAction.of(policies, Action.AUDIT));
    }

    /**
     * The policies of one action.
     *
     * @param admissions what each policy says when it admits, made beforehand
     */
    record ByAction(List<String> names, RequestIndex index, List<Decision> admissions) {

        private static ByAction of(List<AuthorizationPolicy> all, Action action) {
            List<AuthorizationPolicy> policies =
                    all.stream().filter(policy -> policy.action() == action).toList();
            List<String> names =
                    policies.stream().map(AuthorizationPolicy::fullName).toList();
            return new ByAction(
                    names,
                    RequestIndex.of(policies, Reading.of(action)),
                    names.stream().map(ByAction::admission).toList());
        }

        private static Decision admission(String policy) {
            return new Decision(Outcome.ALLOW, Code.ALLOWED, policy, policy + " allows the request", List.of());
        }

        /** The name of the first policy that matches. */
        @Nullable
        String first(HttpRequest request) {
            int first = names.isEmpty() ? RequestIndex.NONE : index.first(request);
            return first == RequestIndex.NONE ? null : names.get(first);
        }

        /** The first policy that matches, as it admits. */
        @Nullable
        Decision admission(HttpRequest request) {
            int first = names.isEmpty() ? RequestIndex.NONE : index.first(request);
            return first == RequestIndex.NONE ? null : admissions.get(first);
        }

        /** The names of all policies that match. */
        List<String> all(HttpRequest request) {
            return names.isEmpty()
                    ? List.of()
                    : index.all(request).stream().mapToObj(names::get).toList();
        }
    }
}
