package dev.weft.policy.decide;

import java.util.List;

/**
 * Whether a connection or a request is admitted, and why.
 *
 * @param outcome the decision itself
 * @param code the stable reason
 * @param policy "namespace/name" of the policy that decided, or "default"
 * @param reason a sentence for people
 * @param audited names of the Audit policies that matched; they change nothing
 */
public record Decision(Outcome outcome, Code code, String policy, String reason, List<String> audited) {

    /** Value of {@link #policy} when no policy decided. */
    public static final String BY_DEFAULT = "default";

    public Decision {
        audited = List.copyOf(audited);
    }

    /** Whether it is admitted without further checks; false for {@link Outcome#PER_REQUEST}. */
    public boolean allowed() {
        return outcome == Outcome.ALLOW;
    }

    Decision withAudited(List<String> names) {
        return new Decision(outcome, code, policy, reason, names);
    }
}
