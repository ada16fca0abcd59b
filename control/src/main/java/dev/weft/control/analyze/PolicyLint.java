package dev.weft.control.analyze;

import dev.weft.control.analyze.PolicyChecks.Problem;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.RequestMatch;
import dev.weft.policy.model.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Compares policies with one another: finds those that change nothing, that cannot work, or that admit everyone. */
final class PolicyLint {

    static final String SHADOWED = "WEFT-P015";
    static final String CONTRADICTED = "WEFT-P016";
    static final String UNREACHABLE = "WEFT-P017";
    static final String TOO_OPEN = "WEFT-P018";

    private final Snapshot objects;
    private final RuleCoverage covers;

    PolicyLint(Snapshot objects, TrustDomain own) {
        this.objects = objects;
        this.covers = new RuleCoverage(own);
    }

    List<Problem> problems(SelectingPolicy policy) {
        List<Problem> problems = new ArrayList<>();
        shadowed(policy).ifPresent(problems::add);
        contradicted(policy).ifPresent(problems::add);
        problems.addAll(unreachable(policy.policy()));
        tooOpen(policy.policy()).ifPresent(problems::add);
        return problems;
    }

    /** Of two equivalent policies, the first by name is not reported. */
    private Optional<Problem> shadowed(SelectingPolicy policy) {
        Action action = policy.policy().action();
        if (action == Action.AUDIT || policy.policy().from().isEmpty()) {
            return Optional.empty();
        }
        return first(other -> other.policy().action() == action
                        && covers(other, policy)
                        && (!covers(policy, other)
                                || other.policy()
                                                .name()
                                                .compareTo(policy.policy().name())
                                        < 0))
                .map(other -> new Problem(
                        SHADOWED,
                        "it changes nothing: " + other.policy().fullName() + " "
                                + (action == Action.ALLOW ? "allows" : "denies") + " all of it, and more or the same",
                        "remove one of the two, or narrow " + other.policy().fullName()));
    }

    private Optional<Problem> contradicted(SelectingPolicy policy) {
        if (policy.policy().action() != Action.ALLOW || policy.policy().from().isEmpty()) {
            return Optional.empty();
        }
        return first(other -> other.policy().action() == Action.DENY && covers(other, policy))
                .map(other -> new Problem(
                        CONTRADICTED,
                        "it admits nothing: " + other.policy().fullName() + " denies all that it allows",
                        "narrow " + other.policy().fullName() + ", or remove this policy"));
    }

    private boolean covers(SelectingPolicy outer, SelectingPolicy inner) {
        return !outer.equals(inner)
                && outer.policy().namespace().equals(inner.policy().namespace())
                && covers.covers(outer.policy(), inner.policy())
                && objects.workloads().values().stream().filter(inner::selects).allMatch(outer::selects);
    }

    private Optional<SelectingPolicy> first(Predicate<SelectingPolicy> wanted) {
        for (SelectingPolicy policy : objects.policies().values()) {
            if (wanted.test(policy)) {
                return Optional.of(policy);
            }
        }
        return Optional.empty();
    }

    private static List<Problem> unreachable(AuthorizationPolicy policy) {
        List<Problem> problems = new ArrayList<>();
        if (policy.from().isEmpty() && policy.action() != Action.ALLOW) {
            problems.add(new Problem(
                    UNREACHABLE,
                    "it matches no one: it has no from",
                    "write from: [{anyone: true}] to match everyone"));
        }
        List<RequestMatch> to = policy.to();
        for (int i = 0; i < to.size(); i++) {
            String entry = "to[" + i + "]";
            RequestMatch match = to.get(i);
            RuleCoverage.coveredBy(to, i, RuleCoverage::covers)
                    .ifPresent(j -> problems.add(new Problem(
                            UNREACHABLE,
                            entry + " matches nothing that to[" + j + "] does not: " + match,
                            "remove " + entry + ", or narrow to[" + j + "]")));
        }
        return problems;
    }

    private static Optional<Problem> tooOpen(AuthorizationPolicy policy) {
        return policy.action() != Action.ALLOW
                ? Optional.empty()
                : policy.from().stream()
                        .filter(PolicyLint::isEveryone)
                        .findFirst()
                        .map(source -> new Problem(
                                TOO_OPEN,
                                "it admits callers without an identity from anywhere: " + source,
                                "write authenticated: true, or name who may call"));
    }

    private static boolean isEveryone(Source source) {
        return source.all().stream().allMatch(condition -> switch (condition) {
            case Condition.Anyone _ -> true;
            case Condition.FromAddress(var range) -> range.toString().endsWith("/0");
            case Condition.Identity _,
                    Condition.IdentityPrefix _,
                    Condition.Account _,
                    Condition.InNamespace _,
                    Condition.InTrustDomain _,
                    Condition.Authenticated _ -> false;
        });
    }
}
