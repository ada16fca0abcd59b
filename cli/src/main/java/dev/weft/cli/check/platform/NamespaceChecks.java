package dev.weft.cli.check.platform;

import dev.weft.cli.check.Verdict;
import dev.weft.kubernetes.inject.UnknownLabels;
import dev.weft.kubernetes.registry.NamespaceMapping;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds labels and annotations that keep pods out of the mesh, or mean nothing. */
final class NamespaceChecks {

    private static final String ENFORCED = "pod-security.kubernetes.io/enforce";
    private static final Set<String> REFUSING = Set.of("baseline", "restricted");

    private NamespaceChecks() {}

    /** A namespace that has pods with sidecars is not reported: the API server may exempt it, which is not seen here. */
    static Verdict podSecurity(ListedPods listed) {
        Set<String> withSidecars = listed.meshed().map(ListedObject::namespace).collect(Collectors.toSet());
        Set<String> ofMesh = listed.ofMesh();
        List<String> refusing = listed.namespaces().values().stream()
                .filter(namespace -> ofMesh.contains(namespace.name()) && !withSidecars.contains(namespace.name()))
                .filter(namespace -> REFUSING.contains(namespace.labels().getOrDefault(ENFORCED, "")))
                .map(namespace ->
                        namespace.name() + " enforces " + namespace.labels().get(ENFORCED))
                .sorted()
                .toList();
        return Verdict.failureOf(
                refusing,
                "no namespace of the mesh enforces a Pod Security level that refuses sidecars",
                "namespaces enforce a Pod Security level that refuses pods with a sidecar, because weft-init"
                        + " has NET_ADMIN",
                "change the label " + ENFORCED + " to privileged, and keep the level for warn and audit");
    }

    /** Such a label is older than the policy that refuses it. */
    static Verdict labels(ListedPods listed) {
        List<String> problems = Stream.concat(
                        listed.namespaces().values().stream().flatMap(each -> labels("namespace " + each.name(), each)),
                        listed.pods().stream().flatMap(each -> labels("pod " + each.shown(), each)))
                .sorted()
                .toList();
        return Verdict.failureOf(
                problems,
                "every label of a namespace or pod has a meaning",
                "labels of namespaces or pods have no meaning",
                "correct them: 'kubectl label namespace NAME weft.dev/inject=enabled weft.dev/WRONG-', and"
                        + " pods in their templates");
    }

    private static Stream<String> labels(String object, ListedObject of) {
        return UnknownLabels.problems(of.labels()).stream().map(problem -> object + ": " + problem);
    }

    /** Such an annotation is older than the policy that refuses it. */
    static Verdict annotations(ListedPods listed) {
        List<String> problems = listed.namespaces().values().stream()
                .flatMap(namespace -> NamespaceMapping.problems(namespace.name(), namespace.annotations()).stream()
                        .map(problem -> namespace.name() + ": " + problem))
                .sorted()
                .toList();
        return Verdict.failureOf(
                problems,
                "every annotation of a namespace has a meaning",
                "annotations of namespaces have no meaning, and are not in force",
                "correct them: 'kubectl annotate --overwrite namespace NAME KEY=VALUE'");
    }
}
