package dev.weft.policy.model;

import java.util.List;

/**
 * All policies that decide which peers may connect to one workload.
 *
 * @param policies policies that select the workload
 * @param notUnderstood policies for the workload that cannot be understood
 * @param defaultDecision the decision where no Allow policy selects the port
 */
public record PolicySet(
        List<AuthorizationPolicy> policies, List<NotUnderstood> notUnderstood, DefaultDecision defaultDecision) {

    public PolicySet {
        policies = List.copyOf(policies);
        notUnderstood = List.copyOf(notUnderstood);
    }

    /** Returns a set in which every policy is understood. */
    public static PolicySet of(DefaultDecision defaultDecision, List<AuthorizationPolicy> policies) {
        return new PolicySet(policies, List.of(), defaultDecision);
    }
}
