package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.Nodes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The place of a pod, or of a pod template, in a document.
 *
 * @param name name of the object, such as {@code deployment shop/web}
 * @param pod the node with {@code metadata} and {@code spec}
 */
record PodPlace(String name, String namespace, MappingNode pod, MappingNode spec) {

    private static final String[] WHOLE = {};
    private static final String[] TEMPLATE = {"spec", "template"};
    private static final String[] JOB_TEMPLATE = {"spec", "jobTemplate", "spec", "template"};

    /** Returns all places in a document; empty if it is not an object that creates pods. */
    static List<PodPlace> in(Node document) {
        String kind = Nodes.text(document, "kind").orElse("");
        if (kind.equals("List")) {
            return Nodes.elements(document, "items").stream()
                    .flatMap(item -> in(item).stream())
                    .toList();
        }
        return path(kind)
                .flatMap(path -> Nodes.mapping(document, path))
                .flatMap(pod -> Nodes.mapping(pod, "spec").map(spec -> place(kind, document, pod, spec)))
                .map(List::of)
                .orElse(List.of());
    }

    private static Optional<String[]> path(String kind) {
        return switch (kind) {
            case "Pod" -> Optional.of(WHOLE);
            case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job" -> Optional.of(TEMPLATE);
            case "CronJob" -> Optional.of(JOB_TEMPLATE);
            default -> Optional.empty();
        };
    }

    private static PodPlace place(String kind, Node document, MappingNode pod, MappingNode spec) {
        Optional<MappingNode> metadata = Nodes.mapping(document, "metadata");
        String namespace = metadata.flatMap(of -> Nodes.text(of, "namespace")).orElse("");
        String name = metadata.flatMap(of -> Nodes.text(of, "name").or(() -> Nodes.text(of, "generateName")))
                .orElse("without a name");
        return new PodPlace(
                kind.toLowerCase(Locale.ROOT) + " " + (namespace.isEmpty() ? "" : namespace + "/") + name,
                namespace,
                pod,
                spec);
    }

    PodFacts facts() {
        Optional<MappingNode> metadata = Nodes.mapping(pod, "metadata");
        return new PodFacts(
                namespace,
                metadata.map(of -> Nodes.texts(of, "labels")).orElse(Map.of()),
                metadata.map(of -> Nodes.texts(of, "annotations")).orElse(Map.of()),
                Nodes.text(spec, "hostNetwork").orElse("false").equals("true"),
                Nodes.mapping(spec, "os").flatMap(os -> Nodes.text(os, "name")).orElse(""),
                Nodes.elements(spec, "initContainers").stream()
                        .collect(Collectors.toMap(
                                container -> Nodes.text(container, "name").orElse(""),
                                container ->
                                        Nodes.text(container, "restartPolicy").orElse(""),
                                (_, last) -> last)),
                DeclaredUdp.of(spec));
    }

    int initContainers() {
        return Nodes.elements(spec, "initContainers").size();
    }
}
