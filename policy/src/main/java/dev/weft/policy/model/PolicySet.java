package dev.weft.policy.model;

import java.util.List;

/**
 * All that decides who may connect to one workload.
 *
 * @param policies those that select the workload
 * @param notUnderstood those that should have been among them
 * @param defaultDecision what holds where no Allow policy selects the port
 */
public record PolicySet(
        List<AuthorizationPolicy> policies, List<NotUnderstood> notUnderstood, DefaultDecision defaultDecision) {

    public PolicySet {
        policies = List.copyOf(policies);
        notUnderstood = List.copyOf(notUnderstood);
    }

    /** A set of which everything is understood. */
    public static PolicySet of(DefaultDecision defaultDecision, List<AuthorizationPolicy> policies) {
        return new PolicySet(policies, List.of(), defaultDecision);
    }
}
