package dev.weft.cli.suggest;

import dev.weft.cli.suggest.Suggestion.Caller;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.PolicySet;
import dev.weft.policy.model.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides recorded calls with the code of sidecars, as if the suggested policies replaced the present Allow policies
 * about connections. Deny policies and policies about requests stay; calls that these deny do not count.
 */
final class PolicySimulation {

    private PolicySimulation() {}

    /** Returns the suggestions, with the calls that they would deny. */
    static List<Suggestion> of(Collection<SelectedWorkload> mesh, List<Suggestion> drawn) {
        List<Suggestion> rehearsed = new ArrayList<>();
        for (Suggestion suggestion : drawn) {
            Set<String> denied = new LinkedHashSet<>();
            for (SelectedWorkload workload : mesh) {
                if (suggestion.workloads().contains(workload.fullName())
                        && drawn.stream().anyMatch(other -> isFor(other, workload))) {
                    denied(workload, suggestion, drawn, denied);
                }
            }
            rehearsed.add(suggestion.withDenied(List.copyOf(denied)));
        }
        return rehearsed;
    }

    private static boolean isFor(Suggestion suggestion, SelectedWorkload workload) {
        return suggestion.suggestsPolicy() && workload.isSelected(suggestion.namespace(), suggestion.labels());
    }

    private static void denied(
            SelectedWorkload workload, Suggestion suggestion, List<Suggestion> drawn, Set<String> denied) {
        CompiledPolicies policies = Suggestions.compiled(workload, afterwards(workload, drawn));
        for (Caller caller : callers(workload, suggestion, drawn)) {
            Decision decision = policies.decide(Suggestions.peer(caller.name()), suggestion.port());
            boolean bySuggestion = decision.code() != Code.DENIED && decision.code() != Code.NOT_UNDERSTOOD;
            if (decision.outcome() == Outcome.DENY && bySuggestion) {
                denied.add(workload.fullName() + ": " + decision.code().text() + " " + decision.reason());
            }
        }
    }

    /**
     * Returns the callers that a suggestion allows, and those that called this workload: it may have further labels,
     * and then another suggestion or none.
     */
    private static List<Caller> callers(SelectedWorkload workload, Suggestion suggestion, List<Suggestion> drawn) {
        List<Caller> callers = new ArrayList<>();
        for (Suggestion each : drawn) {
            boolean same = each.equals(suggestion) && suggestion.suggestsPolicy();
            boolean own = each.port() == suggestion.port()
                    && each.namespace().equals(workload.namespace())
                    && each.labels().equals(workload.lastingLabels());
            if (same || own) {
                callers.addAll(each.callers());
            }
        }
        return callers;
    }

    private static PolicySet afterwards(SelectedWorkload workload, List<Suggestion> drawn) {
        List<AuthorizationPolicy> policies = new ArrayList<>();
        for (AuthorizationPolicy present : workload.policies().policies()) {
            if (present.action() != Action.ALLOW || present.aboutRequests()) {
                policies.add(present);
            }
        }
        for (Suggestion suggestion : drawn) {
            if (isFor(suggestion, workload)) {
                policies.add(policy(suggestion));
            }
        }
        return new PolicySet(
                policies,
                workload.policies().notUnderstood(),
                workload.policies().defaultDecision());
    }

    private static AuthorizationPolicy policy(Suggestion suggestion) {
        return new AuthorizationPolicy(
                suggestion.namespace(),
                suggestion.policy(),
                Set.of(suggestion.port()),
                Action.ALLOW,
                suggestion.callers().stream()
                        .map(caller -> Source.of(new Condition.Identity(SpiffeId.parse(caller.name()))))
                        .toList());
    }
}
