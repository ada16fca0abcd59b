package dev.weft.cli.analyze;

import dev.weft.control.registry.ObjectName;
import dev.weft.control.registry.Parsed;
import dev.weft.control.registry.SelectingPolicy;
import dev.weft.control.registry.Service;
import dev.weft.control.registry.Snapshot;
import dev.weft.control.registry.TrustDomainObject;
import dev.weft.control.registry.Workload;
import dev.weft.identity.spiffe.TrustDomain;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What all files of a mesh say together, and what of it means nothing. */
public final class Analysis {

    private final Map<ObjectName, Workload> workloads = new HashMap<>();
    private final Map<ObjectName, Service> services = new HashMap<>();
    private final Map<ObjectName, SelectingPolicy> policies = new HashMap<>();
    private final Map<TrustDomain, TrustDomainObject> trustDomains = new HashMap<>();
    private final Map<String, Place> places = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    private record Place(String file, int line) {}

    private Analysis() {}

    /** What is found, by file and line. The files must be valid, and no object in two of them. */
    public static List<Finding> of(List<Parsed> files, Known known) {
        Analysis analysis = new Analysis();
        files.forEach(analysis::add);
        Snapshot all = new Snapshot(
                analysis.workloads,
                analysis.services,
                analysis.policies,
                Map.of(),
                Snapshot.EMPTY.addresses(),
                analysis.trustDomains,
                Map.of());
        all.services().values().forEach(service -> analysis.service(service, all));
        Policies judged = new Policies(all, known);
        all.policies()
                .forEach((name, policy) -> judged.problems(policy)
                        .forEach(problem -> analysis.report(
                                "AuthorizationPolicy " + name, problem.code(), problem.text(), problem.suggestion())));
        return analysis.findings.stream()
                .sorted(Comparator.comparing(Finding::file)
                        .thenComparingInt(Finding::line)
                        .thenComparing(Finding::code)
                        .thenComparing(Finding::problem))
                .toList();
    }

    private void add(Parsed file) {
        Snapshot objects = file.objects();
        workloads.putAll(objects.workloads());
        services.putAll(objects.services());
        policies.putAll(objects.policies());
        trustDomains.putAll(objects.trustDomains());
        file.lines()
                .forEach((object, line) ->
                        places.put(object, new Place(file.file().toString(), line)));
    }

    private void service(Service service, Snapshot all) {
        if (all.selectedBy(service).isEmpty()) {
            report(
                    "Service " + service.name(),
                    Policies.NO_ENDPOINT,
                    service.selector().isEmpty()
                            ? "it has no selector, so it leads to no workload"
                            : "no workload of namespace " + service.name().namespace() + " has the labels "
                                    + Policies.labels(service.selector()),
                    Policies.nearLabels(service.name().namespace(), service.selector(), all));
        }
    }

    private void report(String object, String code, String problem, String suggestion) {
        Place place = places.getOrDefault(object, new Place("", 0));
        findings.add(new Finding(code, place.file(), place.line(), object, problem, suggestion));
    }
}
