package dev.weft.cli.check.platform;

import dev.weft.cli.cluster.Kubectl;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a cluster through kubectl. Each question is one call of kubectl, and is asked only once. */
final class Cluster {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST_BYTES = 256 * 1024 * 1024;

    private final Kubectl kubectl;
    private final Map<List<String>, Said> said = new HashMap<>();

    Cluster(Kubectl kubectl) {
        this.kubectl = kubectl;
    }

    /**
     * The result of a call of kubectl.
     *
     * @param out kubectl's standard output
     * @param complaint kubectl's error text; empty if it succeeded
     */
    record Said(String out, String complaint) {

        boolean well() {
            return complaint.isEmpty();
        }
    }

    /** A result as JSON; empty, with kubectl's error text, if there is none. */
    record Answer(Optional<JsonNode> json, String complaint) {}

    /** Calls kubectl with these arguments, and parses its output as JSON. */
    Answer json(String... arguments) throws IOException {
        Said answer = ask(arguments);
        if (!answer.well()) {
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

    /** Returns the objects of these kinds in all namespaces. */
    Answer list(String kinds) throws IOException {
        return json("get", kinds, "--all-namespaces", "-o", "json");
    }

    /** Calls kubectl with these arguments, or returns the result of an earlier call. */
    Said ask(String... arguments) throws IOException {
        List<String> question = List.of(arguments);
        Said known = said.get(question);
        if (known == null) {
            known = call(question);
            said.put(question, known);
        }
        return known;
    }

    private Said call(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(kubectl.command(arguments));
        command.add("--request-timeout=20s");
        Process process = new ProcessBuilder(command).start();
        process.getOutputStream().close();
        CompletableFuture<String> errors = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
        String out = text(process.getInputStream());
        try {
            boolean well = process.waitFor() == 0;
            String complaint = errors.join().strip();
            return new Said(out, well ? "" : complaint.isEmpty() ? out.strip() + " " : complaint);
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while kubectl was asked", e);
        }
    }

    private static String text(InputStream from) {
        try (from) {
            byte[] bytes = from.readNBytes(MOST_BYTES);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException _) {
            return "";
        }
    }
}
