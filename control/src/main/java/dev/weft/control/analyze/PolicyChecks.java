package dev.weft.control.analyze;

import dev.weft.daemon.text.Guess;
import dev.weft.daemon.text.ShortList;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.mesh.model.Namespace;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.Selecting;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.SelectingRateLimit;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.model.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Judges each policy against the workloads of the mesh. */
final class PolicyChecks {

    static final String NO_WORKLOAD = "WEFT-P006";
    static final String WRONG_PORT = "WEFT-P007";
    static final String NO_IDENTITY = "WEFT-P008";
    static final String NO_ACCOUNT = "WEFT-P009";
    static final String NO_NAMESPACE = "WEFT-P010";
    static final String NO_TRUST_DOMAIN = "WEFT-P011";
    static final String NOT_ENFORCED = "WEFT-P013";
    static final String NO_WORKLOAD_THERE = "WEFT-P023";

    private final Snapshot objects;
    private final PeerChecks peers;

    record Problem(String code, String text, String suggestion) {}

    PolicyChecks(Snapshot objects, TrustContext known) {
        this.objects = objects;
        this.peers = new PeerChecks(objects, known);
    }

    List<Problem> problems(SelectingPolicy policy) {
        List<Problem> problems = new ArrayList<>();
        workloads(policy, "the policy", policy.policy().ports(), problems);
        for (Source source : policy.policy().from()) {
            source.all().forEach(condition -> peers.problem(condition).ifPresent(problems::add));
        }
        return problems;
    }

    /** Returns a problem if no workload has the identity that the revocation is about. */
    List<Problem> problems(Revocation revocation) {
        return revocation.target() instanceof Revocation.Target.Identity(SpiffeId id, var _)
                ? peers.revoked(id).stream().toList()
                : List.of();
    }

    /** Returns a problem if a namespace's defaults are about no workload. */
    List<Problem> problems(Namespace namespace) {
        boolean says = namespace.defaultDecision() != null || namespace.inbound() != null || namespace.egress() != null;
        if (!says || peers.namespaces().contains(namespace.name())) {
            return List.of();
        }
        List<String> near = Guess.near(namespace.name(), peers.namespaces());
        return List.of(new Problem(
                NO_WORKLOAD_THERE,
                "its defaults are about no workload: the namespace has none with a sidecar",
                near.isEmpty() ? "correct the name, or remove it" : Guess.question(near)));
    }

    /** Returns the problems of rate limits, which only a sidecar enforces. */
    List<Problem> problems(SelectingRateLimit limit) {
        List<Problem> problems = new ArrayList<>();
        workloads(limit, "the limits", limit.policy().ports(), problems);
        limit.policy().limits().stream()
                .flatMap(rule -> rule.from().stream())
                .flatMap(source -> source.all().stream())
                .forEach(condition -> peers.problem(condition).ifPresent(problems::add));
        return problems;
    }

    /**
     * Checks the selected workloads: whether there are any, whether a sidecar enforces the policy there, and whether
     * they declare its ports.
     *
     * @param about what the problem calls the policy
     */
    private void workloads(Selecting<?> policy, String about, Collection<Integer> ports, List<Problem> problems) {
        List<Workload> selected =
                objects.workloads().values().stream().filter(policy::selects).toList();
        if (selected.isEmpty()) {
            problems.add(nothingSelected(policy.namespace(), policy.workloads().matchLabels(), about));
            return;
        }
        List<Workload> meshed = selected.stream().filter(Workload::meshed).toList();
        if (meshed.size() < selected.size()) {
            List<Workload> others =
                    selected.stream().filter(workload -> !workload.meshed()).toList();
            problems.add(new Problem(
                    NOT_ENFORCED,
                    meshed.isEmpty()
                            ? "it is about " + names(others) + " alone, without a sidecar: no one enforces it"
                            : "it is also about " + names(others) + ", without a sidecar: no one enforces it there",
                    meshed.isEmpty() ? "set meshed: true there" : "set meshed: true there, or narrow the selector"));
        }
        if (!meshed.isEmpty()) {
            ports(ports, meshed, problems);
        }
    }

    /** Checks each port and each workload: a workload that declares none of the ports is not affected by the policy. */
    private void ports(Collection<Integer> ports, List<Workload> selected, List<Problem> problems) {
        int before = problems.size();
        ports.forEach(port -> port(port, selected, problems));
        List<Workload> without = selected.stream()
                .filter(workload -> !workload.ports().isEmpty())
                .filter(workload -> ports.stream().noneMatch(port -> declares(workload, port)))
                .toList();
        if (ports.isEmpty() || without.isEmpty() || problems.size() > before) {
            return;
        }
        problems.add(ports.stream()
                .flatMap(port -> ofService(port, without).stream())
                .findFirst()
                .orElseGet(() -> new Problem(
                        WRONG_PORT,
                        "none of its ports is declared by " + names(without) + ": it does nothing there",
                        "they declare " + declared(without)
                                + "; write one of these, declare the port, or narrow the selector")));
    }

    private Problem nothingSelected(String namespace, Map<String, String> labels, String what) {
        boolean empty = objects.workloads().keySet().stream()
                .noneMatch(name -> name.namespace().equals(namespace));
        if (empty) {
            List<String> near = Guess.near(namespace, peers.namespaces());
            return new Problem(
                    NO_WORKLOAD,
                    "it is about no workload: namespace " + namespace + " has none",
                    near.isEmpty() ? "put " + what + " into the workloads' namespace" : Guess.question(near));
        }
        return new Problem(
                NO_WORKLOAD,
                "it is about no workload: none of namespace " + namespace + " has the labels that it asks for"
                        + (labels.isEmpty() ? "" : ", " + labels(labels)),
                nearLabels(namespace, labels, objects));
    }

    private void port(int port, List<Workload> selected, List<Problem> problems) {
        if (selected.stream().anyMatch(workload -> declares(workload, port))) {
            return;
        }
        Optional<Problem> ofService = ofService(port, selected);
        if (ofService.isPresent()) {
            problems.add(ofService.get());
        } else if (selected.stream().noneMatch(workload -> workload.ports().isEmpty())) {
            problems.add(new Problem(
                    WRONG_PORT,
                    "port " + port + ": none of its workloads declares it",
                    "they declare " + declared(selected) + "; write one of these, or declare the port"));
        }
    }

    /** Finds a Service whose port this is but that leads to another port of a selected workload: a likely mix-up. */
    private Optional<Problem> ofService(int port, List<Workload> selected) {
        for (Service service : objects.services().values()) {
            for (Service.Port offered : service.ports()) {
                for (Workload workload : selected) {
                    OptionalInt own = offered.targetPort().on(workload);
                    if (offered.port() == port
                            && service.selects(workload)
                            && own.isPresent()
                            && own.getAsInt() != port) {
                        return Optional.of(new Problem(
                                WRONG_PORT,
                                "port " + port + " is that of Service " + service.name()
                                        + "; policies are about the workload's own",
                                "write " + own.getAsInt() + ", the port of " + workload.name()));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static String declared(List<Workload> workloads) {
        return ShortList.of(workloads.stream()
                .flatMap(workload -> workload.ports().stream())
                .map(Workload.Port::port)
                .distinct()
                .sorted()
                .map(String::valueOf)
                .toList());
    }

    private static boolean declares(Workload workload, int port) {
        return workload.ports().stream().anyMatch(declared -> declared.port() == port);
    }

    static String names(List<Workload> workloads) {
        return ShortList.of(
                workloads.stream().map(workload -> workload.name().toString()).toList());
    }

    static String labels(Map<String, String> labels) {
        return new TreeMap<>(labels)
                .entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(", "));
    }

    /** Suggests what a selector may have meant: a similar label of the namespace, or else all labels there. */
    static String nearLabels(String namespace, Map<String, String> wanted, Snapshot objects) {
        List<String> there = objects.workloads().values().stream()
                .filter(workload -> workload.name().namespace().equals(namespace))
                .flatMap(workload -> workload.labels().entrySet().stream())
                .map(label -> label.getKey() + "=" + label.getValue())
                .distinct()
                .sorted()
                .toList();
        List<String> near = wanted.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .filter(label -> !there.contains(label))
                .flatMap(label -> Guess.near(label, there).stream())
                .distinct()
                .toList();
        if (!near.isEmpty()) {
            return Guess.question(near);
        }
        return there.isEmpty()
                ? "no workload of namespace " + namespace + " has labels: set them in its metadata"
                : "labels there are: " + ShortList.of(there);
    }
}
