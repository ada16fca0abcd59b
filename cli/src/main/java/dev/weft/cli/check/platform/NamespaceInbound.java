package dev.weft.cli.check.platform;

import static java.util.Objects.requireNonNull;

import dev.weft.cli.cluster.Kubectl;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads and sets what a namespace of a cluster allows of plaintext to its pods, with the user's permissions. */
public final class NamespaceInbound {

    private static final String STRICT = "strict";

    private final CachedKubectl cluster;
    private final String namespace;

    public NamespaceInbound(Kubectl kubectl, String namespace) {
        this.cluster = new CachedKubectl(kubectl);
        this.namespace = requireNonNull(namespace, "namespace");
    }

    /** Returns the value of the annotation; empty if there is none. Fails with kubectl's error text. */
    public Optional<String> annotation() throws IOException {
        ListedObject found = new ListedObject(asked("get", "namespace", namespace, "-o", "json"));
        return Optional.ofNullable(found.annotations().get(ListedObject.INBOUND));
    }

    /**
     * The pods of the namespace that have not ended, {@code namespace/name}.
     *
     * @param started when each pod with a sidecar was started
     */
    public record Pods(Set<String> bare, Map<String, Instant> started) {

        /** Of a mesh that has no pods. */
        public static final Pods NONE = new Pods(Set.of(), Map.of());

        public Pods {
            bare = Set.copyOf(bare);
            started = Map.copyOf(started);
        }
    }

    /** Returns the pods of the namespace. Fails with kubectl's error text. */
    public Pods pods() throws IOException {
        JsonNode pods = asked("get", "pods", "--namespace", namespace, "-o", "json");
        Set<String> bare = new HashSet<>();
        Map<String, Instant> started = new HashMap<>();
        ListedObject.of(pods).filter(ListedObject::runs).forEach(pod -> {
            String name = namespace + "/" + pod.name();
            if (pod.isMeshed()) {
                pod.started().ifPresent(start -> started.put(name, start));
            } else {
                bare.add(name);
            }
        });
        return new Pods(bare, started);
    }

    /** Sets the annotation to strict; returns kubectl's error text, which is empty if it succeeded. */
    public String makeStrict() throws IOException {
        return cluster.ask("annotate", "--overwrite", "namespace", namespace, ListedObject.INBOUND + "=" + STRICT)
                .complaint();
    }

    private JsonNode asked(String... question) throws IOException {
        CachedKubectl.Answer answer = cluster.json(question);
        return answer.json().orElseThrow(() -> new IOException(answer.complaint()));
    }
}
