package dev.weft.policy.decide;

import java.util.List;

/**
 * Whether a connection may be, and why.
 *
 * @param allowed whether it may
 * @param code the stable reason
 * @param policy "namespace/name" of the policy that decided, or "default"
 * @param reason a sentence for people
 * @param audited the Audit policies that matched; they changed nothing
 */
public record Decision(boolean allowed, Code code, String policy, String reason, List<String> audited) {

    /** What {@link #policy} is when no policy decided. */
    public static final String BY_DEFAULT = "default";

    public Decision {
        audited = List.copyOf(audited);
    }
}
