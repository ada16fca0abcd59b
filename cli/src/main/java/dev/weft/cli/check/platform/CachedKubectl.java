package dev.weft.cli.check.platform;

import dev.weft.cli.cluster.Kubectl;
import dev.weft.cli.cluster.KubectlResult;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a cluster through kubectl. Each question is one call of kubectl, and is asked only once. */
final class CachedKubectl {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Kubectl kubectl;
    private final Map<List<String>, KubectlResult> results = new HashMap<>();

    CachedKubectl(Kubectl kubectl) {
        this.kubectl = kubectl;
    }

    /** A result as JSON; empty, with kubectl's error text, if there is none. */
    record Answer(Optional<JsonNode> json, String complaint) {}

    /** Calls kubectl with these arguments, and parses its output as JSON. */
    Answer json(String... arguments) throws IOException {
        KubectlResult answer = ask(arguments);
        if (!answer.succeeded()) {
            return new Answer(Optional.empty(), answer.complaint());
        }
        if (answer.out().isBlank()) {
            return new Answer(Optional.of(JSON.createObjectNode()), "");
        }
        try {
            return new Answer(Optional.of(JSON.readTree(answer.out())), "");
        } catch (JacksonException e) {
            return new Answer(Optional.empty(), "kubectl answered what is not JSON: " + e.getOriginalMessage());
        }
    }

    Answer list(String kinds) throws IOException {
        return json("get", kinds, "--all-namespaces", "-o", "json");
    }

    /** Returns an object; one without {@code metadata} if the cluster has no such object. */
    Answer object(String kind, String name, String namespace) throws IOException {
        return json("get", kind, name, "--namespace", namespace, "--ignore-not-found", "-o", "json");
    }

    /** Calls kubectl with these arguments, or returns the result of an earlier call. */
    KubectlResult ask(String... arguments) throws IOException {
        List<String> question = List.of(arguments);
        KubectlResult known = results.get(question);
        if (known == null) {
            known = call(question);
            results.put(question, known);
        }
        return known;
    }

    private KubectlResult call(List<String> arguments) throws IOException {
        try {
            return KubectlResult.of(kubectl, "", arguments);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while kubectl was asked", e);
        }
    }
}
