package dev.weft.control.analyze;

import dev.weft.control.analyze.PolicyChecks.Problem;
import dev.weft.control.compile.LinkedRanges;
import dev.weft.files.yaml.Parsed;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.AddressBook;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.registry.AddressContest;
import dev.weft.mesh.registry.Snapshot;
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

    /** What is judged; without given addresses, because these are judged in the running mesh as a whole. */
    private final Snapshot all;
    /** The running mesh, where it has been decided which object has an address; empty for files. */
    private final Optional<Snapshot> inForce;

    private final Map<String, Place> places = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    private record Place(String file, int line) {}

    private Analysis(Snapshot all, Optional<Snapshot> inForce) {
        this.all = all;
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
        Snapshot objects = new Snapshot(
                all(files, Snapshot::workloads),
                all(files, Snapshot::services),
                all(files, Snapshot::policies),
                all(files, Snapshot::namespaces),
                AddressBook.EMPTY,
                all(files, Snapshot::trustDomains),
                all(files, Snapshot::revocations),
                all(files, Snapshot::rateLimits),
                all(files, Snapshot::egress),
                all(files, Snapshot::routes),
                all(files, Snapshot::grants));
        Analysis analysis = new Analysis(objects, Optional.empty());
        files.forEach(file -> file.lines()
                .forEach((object, line) ->
                        analysis.places.put(object, new Place(file.file().toString(), line))));
        return analysis;
    }

    private static <K, V> Map<K, V> all(List<Parsed> files, Function<Snapshot, Map<K, V>> kind) {
        Map<K, V> all = new HashMap<>();
        files.forEach(file -> all.putAll(kind.apply(file.objects())));
        return all;
    }

    private static Analysis ofMesh(Snapshot objects) {
        return new Analysis(objects.withAddresses(AddressBook.EMPTY), Optional.of(objects));
    }

    private List<Finding> found(TrustContext known) {
        ServiceChecks ofServices = new ServiceChecks(all);
        all.services().forEach((name, service) -> report("Service " + name, ofServices.problems(service)));
        PolicyChecks judge = new PolicyChecks(all, known);
        report(judge::problems);
        all.rateLimits().forEach((name, limit) -> report("RateLimit " + name, judge.problems(limit)));
        if (inForce.isEmpty()) {
            // In a mesh, revocations were checked when they were made, and the names of namespaces have no mistakes.
            all.revocations().forEach((name, revocation) -> report("Revocation " + name, judge.problems(revocation)));
            all.namespaces().forEach((name, namespace) -> report("Namespace " + name, judge.problems(namespace)));
        }
        EgressChecks ofEgress = new EgressChecks(all);
        all.egress().forEach((name, policy) -> report("EgressPolicy " + name, ofEgress.problems(policy)));
        routes();
        addresses(known.own());
        return sorted();
    }

    private void addresses(TrustDomain own) {
        inForce.map(AddressContest::lostIn)
                .orElseGet(() -> AddressContest.lost(all, Snapshot.EMPTY))
                .forEach(lost -> report(
                        lost.object(),
                        new Problem(
                                AddressContest.CODE, told(lost.problem()), "give each object an address of its own")));
        LinkedRanges.of(all, own)
                .lost(all)
                .forEach(lost -> report(
                        lost.object(),
                        new Problem(
                                AddressContest.CODE,
                                told(lost.problem()),
                                "correct the ranges of the TrustDomain, or the address")));
    }

    private static String told(String problem) {
        return problem.substring(AddressContest.CODE.length() + ": ".length());
    }

    private List<Finding> linted(TrustContext known) {
        report(new PolicyChecks(all, known)::problems);
        report(new PolicyLint(all, known.own())::problems);
        return sorted();
    }

    private void routes() {
        RouteChecks judge = new RouteChecks(all);
        all.routes().forEach((name, route) -> report(name.toString(), judge.problems(route)));
        if (!all.routes().isEmpty()) {
            all.services()
                    .values()
                    .forEach(service -> judge.problems(service)
                            .forEach(about -> report(about.route().toString(), about.problem())));
        }
    }

    private void report(Function<SelectingPolicy, List<Problem>> judge) {
        all.policies().forEach((name, policy) -> report("AuthorizationPolicy " + name, judge.apply(policy)));
    }

    private void report(String object, List<Problem> problems) {
        problems.forEach(problem -> report(object, problem));
    }

    private void report(String object, Problem problem) {
        Place place = places.getOrDefault(object, new Place("", 0));
        findings.add(
                new Finding(problem.code(), place.file(), place.line(), object, problem.text(), problem.suggestion()));
    }

    private List<Finding> sorted() {
        return findings.stream()
                .sorted(Comparator.comparing(Finding::file)
                        .thenComparingInt(Finding::line)
                        .thenComparing(Finding::code)
                        .thenComparing(Finding::problem))
                .toList();
    }
}
