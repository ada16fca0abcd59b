package dev.weft.policy.explain;

import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Peer;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.model.NotUnderstood;
import dev.weft.policy.model.Source;
import java.util.ArrayList;
import java.util.List;

/**
 * A decision and all that was looked at on the way to it.
 *
 * @param decision made by the code that the proxy runs
 * @param steps each policy that selects the workload
 * @param defaultDecision what holds where no Allow policy selects the port
 */
public record Explanation(Decision decision, List<Step> steps, DefaultDecision defaultDecision) {

    public Explanation {
        steps = List.copyOf(steps);
    }

    /** Decides on a connection and says how. */
    public static Explanation of(CompiledPolicies policies, Peer peer, int port) {
        List<Step> steps = new ArrayList<>();
        for (NotUnderstood policy : policies.set().notUnderstood()) {
            steps.add(new Step(policy.policy(), null, policy.selectsPort(port), false, List.of(policy.reason())));
        }
        for (AuthorizationPolicy policy : policies.set().policies()) {
            steps.add(step(policies, policy, peer, port));
        }
        return new Explanation(
                policies.decide(peer, port), steps, policies.set().defaultDecision());
    }

    private static Step step(CompiledPolicies policies, AuthorizationPolicy policy, Peer peer, int port) {
        List<String> matching = policy.from().stream()
                .filter(source -> policies.matches(source, peer))
                .map(Source::toString)
                .toList();
        boolean matches = !matching.isEmpty();
        List<String> asked = policy.from().stream().map(Source::toString).toList();
        return new Step(
                policy.fullName(), policy.action(), policy.selectsPort(port), matches, matches ? matching : asked);
    }
}
