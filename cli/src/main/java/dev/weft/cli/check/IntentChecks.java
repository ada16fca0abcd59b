package dev.weft.cli.check;

import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.cli.screen.Human;
import dev.weft.control.analyze.Analysis;
import dev.weft.control.analyze.Finding;
import dev.weft.control.analyze.TrustContext;
import dev.weft.files.yaml.Parsed;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks whether the objects of the mesh have any effect. */
final class IntentChecks {

    private IntentChecks() {}

    /**
     * Judges the mesh file, or in a cluster what the control plane finds in its objects. Without the control plane's answer, trusted domains and joined machines are unknown; then
     * there are no findings.
     */
    static Verdict intent(Observation seen) {
        if (!seen.files().stream().allMatch(Parsed::valid)) {
            return Verdict.warning("not known: the mesh file has errors", "fix check mesh-file first", List.of());
        }
        if (seen.unmeshed()) {
            return Verdict.ok("no workload is meshed");
        }
        Optional<Verdict> verdict = seen.files().isEmpty()
                ? seen.analysis().answer().map(IntentChecks::inCluster)
                : seen.trust().answer().map(trust -> inFile(Analysis.of(seen.files(), known(seen, trust))));
        return verdict.orElseGet(() -> Verdict.warning(
                "not known: the control plane does not answer", "fix check control-plane first", List.of()));
    }

    private static Verdict inFile(List<Finding> findings) {
        return findings.isEmpty()
                ? Verdict.ok("every policy and Service of the mesh file has an effect")
                : Verdict.warning(
                        Human.count(findings.size(), "finding") + " in the mesh file: objects that have no effect",
                        "correct the file; 'weft analyze FILE' shows the same before it is in force",
                        listed(findings));
    }

    /** A Service without endpoints is no finding here: in a cluster, workloads are scaled to zero. */
    private static Verdict inCluster(List<Finding> all) {
        List<Finding> findings = all.stream()
                .filter(finding -> !finding.code().equals(Analysis.NO_ENDPOINT))
                .toList();
        return findings.isEmpty()
                ? Verdict.ok("every policy, rate limit and route has an effect")
                : Verdict.warning(
                        Human.count(findings.size(), "finding") + " in the mesh: objects that have no effect",
                        "correct them; 'weft analyze --cluster' shows the same",
                        listed(findings));
    }

    private static List<String> listed(List<Finding> findings) {
        return findings.stream()
                .map(finding -> finding + "; " + finding.suggestion())
                .toList();
    }

    private static TrustContext known(Observation seen, ShowTrustResponse trust) {
        Set<TrustDomain> others = seen.domains().answer().stream()
                .flatMap(List::stream)
                .map(TrustDomainInfo::getTrustDomain)
                .map(TrustDomain::parse)
                .collect(Collectors.toSet());
        Stream<String> machines = seen.machines().answer().stream()
                .flatMap(listed -> listed.getMachinesList().stream())
                .map(machine -> machine.getToken().getIdentity());
        return new TrustContext(
                TrustDomain.parse(trust.getTrustDomain()),
                others,
                machines.map(SpiffeId::parse).collect(Collectors.toSet()));
    }
}
