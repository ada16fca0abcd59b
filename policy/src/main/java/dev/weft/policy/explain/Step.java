package dev.weft.policy.explain;

import dev.weft.policy.model.Action;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of one policy for one connection, and for one request on it.
 *
 * @param policy "namespace/name"
 * @param action action of the policy; null if the policy cannot be understood
 * @param selectsPort whether the policy applies to the port
 * @param matches whether the policy matches the peer
 * @param because the sources that match; all sources if none matches; the reason if it cannot be understood
 * @param request the result of the policy's rules about requests; null if it has none
 */
public record Step(
        String policy,
        @Nullable Action action,
        boolean selectsPort,
        boolean matches,
        List<String> because,
        @Nullable RequestStep request) {

    public Step {
        because = List.copyOf(because);
    }
}
