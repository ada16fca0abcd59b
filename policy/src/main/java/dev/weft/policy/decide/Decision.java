package dev.weft.policy.decide;

import java.util.List;

/**
 * Whether a connection or a request may be, and why.
 *
 * @param outcome what becomes of it
 * @param code the stable reason
 * @param policy "namespace/name" of the policy that decided, or "default"
 * @param reason a sentence for people
 * @param audited the Audit policies that matched; they changed nothing
 */
public record Decision(Outcome outcome, Code code, String policy, String reason, List<String> audited) {

    /** What {@link #policy} is when no policy decided. */
    public static final String BY_DEFAULT = "default";

    public Decision {
        audited = List.copyOf(audited);
    }

    /** Whether it may be without a further question; false for {@link Outcome#PER_REQUEST}. */
    public boolean allowed() {
        return outcome == Outcome.ALLOW;
    }

    Decision withAudited(List<String> names) {
        return new Decision(outcome, code, policy, reason, names);
    }
}
