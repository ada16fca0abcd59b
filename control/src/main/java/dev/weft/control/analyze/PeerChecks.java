package dev.weft.control.analyze;

import dev.weft.control.analyze.PolicyChecks.Problem;
import dev.weft.daemon.text.Guess;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.model.Condition;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Judges whether any peer fits a condition of a policy. Workloads of other trust domains are not known here. */
final class PeerChecks {

    private static final String SCHEME = "spiffe://";

    private final TrustContext known;
    private final Set<TrustDomain> trusted;
    private final Set<String> identities = new TreeSet<>();
    private final Set<String> accounts = new TreeSet<>();
    private final Set<String> namespaces = new TreeSet<>();
    private final Set<String> unmeshedAccounts;

    PeerChecks(Snapshot objects, TrustContext known) {
        this.known = known;
        this.trusted = new java.util.HashSet<>(known.others());
        trusted.addAll(objects.trustDomains().keySet());
        trusted.add(known.own());
        for (Workload workload : objects.workloads().values()) {
            if (workload.meshed()) {
                identities.add(workload.identity(known.own()).toString());
                accounts.add(account(workload));
                namespaces.add(workload.name().namespace());
            }
        }
        this.unmeshedAccounts = objects.workloads().values().stream()
                .filter(workload -> !workload.meshed())
                .map(PeerChecks::account)
                .collect(Collectors.toSet());
        known.identities().forEach(this::add);
    }

    private static String account(Workload workload) {
        return workload.name().namespace() + "/" + workload.serviceAccount();
    }

    /** Adds the identity of a machine: /ns/NAMESPACE/sa/ACCOUNT, like every identity that a control plane issues. */
    private void add(SpiffeId id) {
        identities.add(id.toString());
        String[] parts = id.path().split("/", -1);
        if (parts.length == 5 && id.trustDomain().equals(known.own())) {
            namespaces.add(parts[2]);
            accounts.add(parts[2] + "/" + parts[4]);
        }
    }

    Set<String> namespaces() {
        return namespaces;
    }

    Optional<Problem> problem(Condition condition) {
        return switch (condition) {
            case Condition.Identity(SpiffeId id) -> identity(id);
            case Condition.IdentityPrefix(String prefix) -> prefix(prefix);
            case Condition.Account(var account) -> account(account.toString());
            case Condition.InNamespace(String namespace) ->
                namespaces.contains(namespace)
                        ? Optional.empty()
                        : problem(
                                PolicyChecks.NO_NAMESPACE,
                                "namespace " + namespace + " has no workload with an identity",
                                namespace,
                                namespaces);
            case Condition.InTrustDomain(TrustDomain domain) -> trustDomain(domain);
            case Condition.FromAddress _, Condition.Authenticated _, Condition.Anyone _ -> Optional.empty();
        };
    }

    /** Returns a problem if no known workload has the revoked identity. */
    Optional<Problem> revoked(SpiffeId id) {
        return identity(id).map(problem -> {
            String suggestion = problem.suggestion().startsWith("did you mean")
                    ? problem.suggestion()
                    : problem.suggestion() + "; if it was a workload that is gone, this stays right";
            return new Problem(problem.code(), problem.text() + ": it revokes nothing", suggestion);
        });
    }

    private Optional<Problem> identity(SpiffeId id) {
        if (!id.trustDomain().equals(known.own())) {
            return trustDomain(id.trustDomain());
        }
        String text = id.toString();
        return identities.contains(text)
                ? Optional.empty()
                : problem(PolicyChecks.NO_IDENTITY, "no workload is " + text, text, identities);
    }

    private Optional<Problem> prefix(String prefix) {
        int end = prefix.indexOf('/', SCHEME.length());
        TrustDomain domain =
                TrustDomain.parse(end < 0 ? prefix.substring(SCHEME.length()) : prefix.substring(SCHEME.length(), end));
        if (!domain.equals(known.own())) {
            return trustDomain(domain);
        }
        return identities.stream().anyMatch(identity -> identity.startsWith(prefix))
                ? Optional.empty()
                : problem(PolicyChecks.NO_IDENTITY, "no workload's identity begins with " + prefix, prefix, List.of());
    }

    private Optional<Problem> account(String account) {
        if (accounts.contains(account)) {
            return Optional.empty();
        }
        if (unmeshedAccounts.contains(account)) {
            return Optional.of(new Problem(
                    PolicyChecks.NO_ACCOUNT,
                    "only workloads without a sidecar have service account " + account + ": they prove no identity",
                    "set meshed: true there, or allow them by cidr"));
        }
        return problem(PolicyChecks.NO_ACCOUNT, "no workload has service account " + account, account, accounts);
    }

    private Optional<Problem> trustDomain(TrustDomain domain) {
        return trusted.contains(domain)
                ? Optional.empty()
                : problem(
                        PolicyChecks.NO_TRUST_DOMAIN,
                        "trust domain " + domain + " is neither this mesh's nor one that it trusts",
                        domain.name(),
                        trusted.stream().map(TrustDomain::name).toList());
    }

    private static Optional<Problem> problem(String code, String text, String given, Collection<String> there) {
        List<String> near = Guess.near(given, there);
        String suggestion = near.isEmpty() ? suggestion(code, there) : Guess.question(near.subList(0, 1));
        return Optional.of(new Problem(code, text, suggestion));
    }

    private static String suggestion(String code, Collection<String> there) {
        return switch (code) {
            case PolicyChecks.NO_TRUST_DOMAIN -> "declare it by a TrustDomain, or link its mesh: docs/clusters.md";
            case PolicyChecks.NO_IDENTITY ->
                "see 'weft identity'; a machine's identity is known only to a mesh that is up";
            default -> there.isEmpty() ? "there is none in these files" : "there are: " + String.join(", ", there);
        };
    }
}
