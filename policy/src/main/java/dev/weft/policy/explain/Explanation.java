package dev.weft.policy.explain;

import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Peer;
import dev.weft.policy.decide.RequestRules;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.model.NotUnderstood;
import dev.weft.policy.model.Source;
import dev.weft.policy.request.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision, with everything that was checked to reach it.
 *
 * @param decision made by the same code that the proxy runs
 * @param steps one step for each policy that selects the workload
 * @param defaultDecision the decision where no Allow policy selects the port
 */
public record Explanation(Decision decision, List<Step> steps, DefaultDecision defaultDecision) {

    public Explanation {
        steps = List.copyOf(steps);
    }

    /**
     * Decides on a request or a connection, and explains the decision.
     *
     * @param request null to ask about the connection only
     */
    public static Explanation of(CompiledPolicies policies, Peer peer, int port, @Nullable HttpRequest request) {
        List<Step> steps = new ArrayList<>();
        for (NotUnderstood policy : policies.set().notUnderstood()) {
            steps.add(new Step(policy.policy(), null, policy.selectsPort(port), false, List.of(policy.reason()), null));
        }
        for (AuthorizationPolicy policy : policies.set().policies()) {
            steps.add(step(policies, policy, peer, port, request));
        }
        return new Explanation(
                decide(policies, peer, port, request), steps, policies.set().defaultDecision());
    }

    private static Decision decide(CompiledPolicies policies, Peer peer, int port, @Nullable HttpRequest request) {
        RequestRules rules = request == null ? null : policies.requestRules(peer, port);
        return request == null || rules == null ? policies.decide(peer, port) : rules.decide(request);
    }

    private static Step step(
            CompiledPolicies policies, AuthorizationPolicy policy, Peer peer, int port, @Nullable HttpRequest request) {
        List<String> matching = policy.from().stream()
                .filter(source -> policies.matches(source, peer))
                .map(Source::toString)
                .toList();
        boolean matches = !matching.isEmpty();
        List<String> asked = policy.from().stream().map(Source::toString).toList();
        return new Step(
                policy.fullName(),
                policy.action(),
                policy.selectsPort(port),
                matches,
                matches ? matching : asked,
                RequestStep.of(policy, request));
    }
}
