package dev.weft.control.analyze;

import dev.weft.control.compile.LinkedRanges;
import dev.weft.files.yaml.Parsed;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.Namespace;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.SelectingEgress;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.SelectingRateLimit;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.AddressContest;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.route.ReferenceGrant;
import dev.weft.mesh.route.Route;
import dev.weft.mesh.route.RouteName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Analyses all objects of a mesh together, and reports objects that have no effect or another one than intended. */
public final class Analysis {

    /** Code of the finding that a Service leads to no workload. */
    public static final String NO_ENDPOINT = ServiceChecks.NO_ENDPOINT;

    private final Map<ObjectName, Workload> workloads = new HashMap<>();
    private final Map<ObjectName, Service> services = new HashMap<>();
    private final Map<ObjectName, SelectingPolicy> policies = new HashMap<>();
    private final Map<ObjectName, SelectingRateLimit> rateLimits = new HashMap<>();
    private final Map<ObjectName, SelectingEgress> egress = new HashMap<>();
    private final Map<RouteName, Route> routes = new HashMap<>();
    private final Map<ObjectName, ReferenceGrant> grants = new HashMap<>();
    private final Map<TrustDomain, TrustDomainObject> trustDomains = new HashMap<>();
    /** Revocations in files only: those that operators make are checked when they are made. */
    private final Map<String, Revocation> revocations = new HashMap<>();
    /** Namespaces in files only: in a cluster the namespaces exist, and their names have no mistakes. */
    private final Map<String, Namespace> namespaces = new HashMap<>();

    private final Map<String, Place> places = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    private record Place(String file, int line) {}

    /** The running mesh, where it has been decided which object has an address; empty for files. */
    private final Optional<Snapshot> inForce;

    private Analysis(Optional<Snapshot> inForce) {
        this.inForce = inForce;
    }

    /** Returns the findings, ordered by file and line. The files must be valid, and no object may be in two of them. */
    public static List<Finding> of(List<Parsed> files, TrustContext known) {
        return together(files).found(known);
    }

    /** Returns the findings about the objects of a running mesh; they have neither file nor line. */
    public static List<Finding> of(Snapshot objects, TrustContext known) {
        return ofMesh(objects).found(known);
    }

    /** Returns the findings about policies, also those from comparing policies with one another. */
    public static List<Finding> lint(List<Parsed> files, TrustContext known) {
        return together(files).linted(known);
    }

    /**
     * Returns the findings about the policies of a running mesh, also those from comparing policies with one another.
     */
    public static List<Finding> lint(Snapshot objects, TrustContext known) {
        return ofMesh(objects).linted(known);
    }

    private static Analysis together(List<Parsed> files) {
        Analysis analysis = new Analysis(Optional.empty());
        files.forEach(analysis::add);
        return analysis;
    }

    private static Analysis ofMesh(Snapshot objects) {
        Analysis analysis = new Analysis(Optional.of(objects));
        analysis.add(objects);
        return analysis;
    }

    private List<Finding> found(TrustContext known) {
        Snapshot all = all();
        ServiceChecks ofServices = new ServiceChecks(all);
        services.forEach((name, service) -> report("Service " + name, ofServices.problems(service)));
        PolicyChecks judge = new PolicyChecks(all, known);
        report(judge::problems);
        rateLimits.forEach((name, limit) -> report("RateLimit " + name, judge.problems(limit)));
        revocations.forEach((name, revocation) -> report("Revocation " + name, judge.problems(revocation)));
        namespaces.forEach((name, namespace) -> report("Namespace " + name, judge.problems(namespace)));
        reportEgress(new EgressChecks(all));
        routes(all);
        addresses(all, known.own());
        return sorted();
    }

    private void addresses(Snapshot all, TrustDomain own) {
        String suggestion = "give each object an address of its own";
        List<AddressContest.Lost> lostOnes =
                inForce.map(AddressContest::lostIn).orElseGet(() -> AddressContest.lost(all, Snapshot.EMPTY));
        lostOnes.forEach(lost -> report(lost.object(), AddressContest.CODE, told(lost.problem()), suggestion));
        LinkedRanges.of(all, own)
                .lost(all)
                .forEach(lost -> report(
                        lost.object(),
                        AddressContest.CODE,
                        told(lost.problem()),
                        "correct the ranges of the TrustDomain, or the address"));
    }

    private static String told(String problem) {
        return problem.substring(AddressContest.CODE.length() + ": ".length());
    }

    private List<Finding> linted(TrustContext known) {
        Snapshot all = all();
        report(new PolicyChecks(all, known)::problems);
        report(new PolicyLint(all, known.own())::problems);
        return sorted();
    }

    private Snapshot all() {
        return new Snapshot(workloads, services, policies, Map.of(), Snapshot.EMPTY.addresses(), trustDomains, Map.of())
                .withRateLimits(rateLimits)
                .withEgress(egress)
                .withRoutes(routes)
                .withGrants(grants);
    }

    private void reportEgress(EgressChecks judge) {
        egress.forEach((name, policy) -> judge.problems(policy)
                .forEach(problem ->
                        report("EgressPolicy " + name, problem.code(), problem.text(), problem.suggestion())));
    }

    private void report(Function<SelectingPolicy, List<PolicyChecks.Problem>> judge) {
        policies.forEach((name, policy) -> report("AuthorizationPolicy " + name, judge.apply(policy)));
    }

    private void report(String object, List<PolicyChecks.Problem> problems) {
        problems.forEach(problem -> report(object, problem.code(), problem.text(), problem.suggestion()));
    }

    private void routes(Snapshot all) {
        RouteChecks judge = new RouteChecks(all);
        routes.forEach((name, route) -> judge.problems(route).forEach(problem -> report(name, problem)));
        if (!routes.isEmpty()) {
            all.services()
                    .values()
                    .forEach(service ->
                            judge.problems(service).forEach(about -> report(about.route(), about.problem())));
        }
    }

    private void report(RouteName route, PolicyChecks.Problem problem) {
        report(route.toString(), problem.code(), problem.text(), problem.suggestion());
    }

    private List<Finding> sorted() {
        return findings.stream()
                .sorted(Comparator.comparing(Finding::file)
                        .thenComparingInt(Finding::line)
                        .thenComparing(Finding::code)
                        .thenComparing(Finding::problem))
                .toList();
    }

    private void add(Parsed file) {
        add(file.objects());
        revocations.putAll(file.objects().revocations());
        namespaces.putAll(file.objects().namespaces());
        file.lines()
                .forEach((object, line) ->
                        places.put(object, new Place(file.file().toString(), line)));
    }

    private void add(Snapshot objects) {
        workloads.putAll(objects.workloads());
        services.putAll(objects.services());
        policies.putAll(objects.policies());
        rateLimits.putAll(objects.rateLimits());
        egress.putAll(objects.egress());
        routes.putAll(objects.routes());
        grants.putAll(objects.grants());
        trustDomains.putAll(objects.trustDomains());
    }

    private void report(String object, String code, String problem, String suggestion) {
        Place place = places.getOrDefault(object, new Place("", 0));
        findings.add(new Finding(code, place.file(), place.line(), object, problem, suggestion));
    }
}
