package dev.weft.policy.explain;

import dev.weft.policy.model.Action;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one policy says about one connection, and about one request on it.
 *
 * @param policy "namespace/name"
 * @param action its action; null if it cannot be understood
 * @param selectsPort whether it speaks about the port
 * @param matches whether it matches the peer
 * @param because which source matches, or what was asked for and not found
 * @param request what its rules about requests say; null if it has none
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
