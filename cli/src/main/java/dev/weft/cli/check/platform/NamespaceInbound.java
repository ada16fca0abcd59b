package dev.weft.cli.check.platform;

import static java.util.Objects.requireNonNull;

import dev.weft.cli.cluster.Kubectl;
import dev.weft.kubernetes.inject.MissingSidecar;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Reads and sets what a namespace of a cluster allows of plaintext to its pods, with the user's permissions. */
public final class NamespaceInbound {

    private static final String ANNOTATION = "weft.dev/inbound";
    private static final String STRICT = "strict";

    private final CachedKubectl cluster;
    private final String namespace;

    public NamespaceInbound(Kubectl kubectl, String namespace) {
        this.cluster = new CachedKubectl(kubectl);
        this.namespace = requireNonNull(namespace, "namespace");
    }

    /**
     * The result of a change.
     *
     * @param complaint kubectl's error text; empty if it succeeded
     */
    public record Change(String complaint) {}

    /** Returns the value of the annotation; empty if there is none. Fails with kubectl's error text. */
    public Optional<String> annotation() throws IOException {
        JsonNode found = cluster.json("get", "namespace", namespace, "-o", "json")
                .json()
                .orElseThrow(() -> new IOException(complaint("get", "namespace", namespace, "-o", "json")));
        return found.path("metadata")
                .path("annotations")
                .propertyStream()
                .filter(each -> each.getKey().equals(ANNOTATION))
                .map(each -> each.getValue().asString(""))
                .findFirst();
    }

    /** Returns the pods that run without a sidecar, {@code namespace/name}. Fails with kubectl's error text. */
    public Set<String> podsWithoutSidecar() throws IOException {
        String[] question = {"get", "pods", "--namespace", namespace, "-o", "json"};
        JsonNode pods = cluster.json(question).json().orElseThrow(() -> new IOException(complaint(question)));
        return pods.path("items")
                .valueStream()
                .filter(pod -> !List.of("Succeeded", "Failed")
                        .contains(pod.path("status").path("phase").asString("")))
                .filter(pod -> !MissingSidecar.meshed(pod.path("spec")
                        .path("initContainers")
                        .valueStream()
                        .map(container -> container.path("name").asString(""))
                        .toList()))
                .map(pod -> namespace + "/" + pod.path("metadata").path("name").asString(""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Sets the annotation to strict. */
    public Change makeStrict() throws IOException {
        return new Change(cluster.ask("annotate", "--overwrite", "namespace", namespace, ANNOTATION + "=" + STRICT)
                .complaint());
    }

    private String complaint(String... question) {
        try {
            return cluster.ask(question).complaint();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
