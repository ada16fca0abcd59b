package dev.weft.policy.explain;

import dev.weft.policy.match.MismatchReason;
import dev.weft.policy.match.Strictness;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.RequestMatch;
import dev.weft.policy.request.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result of one policy for one request.
 *
 * @param matches whether a rule of the policy matches; null if no request was given
 * @param because the rules that match; if none matches, every rule with the reason why it does not
 */
public record RequestStep(@Nullable Boolean matches, List<String> because) {

    public RequestStep {
        because = List.copyOf(because);
    }

    /** Returns the result of a policy for a request; null for a policy about whole connections. */
    static @Nullable RequestStep of(AuthorizationPolicy policy, @Nullable HttpRequest request) {
        if (!policy.aboutRequests()) {
            return null;
        }
        if (request == null) {
            return new RequestStep(
                    null, policy.to().stream().map(RequestMatch::toString).toList());
        }
        List<String> matching = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (RequestMatch rule : policy.to()) {
            Optional<String> why = MismatchReason.of(rule, request, Strictness.of(policy.action()));
            if (why.isEmpty()) {
                matching.add(rule.toString());
            } else {
                others.add(rule + ": " + why.get());
            }
        }
        return new RequestStep(!matching.isEmpty(), matching.isEmpty() ? others : matching);
    }
}
