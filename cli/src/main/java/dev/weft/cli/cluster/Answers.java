package dev.weft.cli.cluster;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks kubectl about objects of a cluster. */
public final class Answers {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST_BYTES = 64 << 20;
    private static final int MOST_OF_A_COMPLAINT = 1000;
    private static final long SECONDS = 60;

    private final Kubectl kubectl;

    public Answers(Kubectl kubectl) {
        this.kubectl = kubectl;
    }

    /**
     * Returns kubectl's output for these arguments.
     *
     * @throws CommandFailure if kubectl fails (WEFT-L312)
     */
    public String text(String... arguments) {
        Said said = ask("", arguments);
        if (!said.complaint().isEmpty()) {
            throw failure(arguments, said.complaint());
        }
        return said.out();
    }

    /**
     * Changes something with kubectl that the cluster may refuse.
     *
     * @param input kubectl's standard input
     * @return kubectl's error text; empty if it succeeded
     */
    public Optional<String> refusal(String input, String... arguments) {
        return Optional.of(ask(input, arguments).complaint()).filter(complaint -> !complaint.isEmpty());
    }

    /**
     * Returns kubectl's output for these arguments, as JSON.
     *
     * @return empty if kubectl prints nothing
     * @throws CommandFailure if kubectl fails, or prints something else (WEFT-L312)
     */
    public Optional<JsonNode> json(String... arguments) {
        String text = text(arguments);
        try {
            return text.isBlank() ? Optional.empty() : Optional.of(JSON.readTree(text));
        } catch (JacksonException e) {
            throw failure(arguments, "no JSON: " + e.getOriginalMessage());
        }
    }

    /** Returns the JSON of an object that may not exist: empty if kubectl reports that it is not found. */
    public Optional<JsonNode> jsonIfThere(String... arguments) {
        Said said = ask("", arguments);
        return said.complaint().contains("NotFound") ? Optional.empty() : json(arguments);
    }

    /** @param complaint kubectl's error text; empty if it succeeded */
    private record Said(String out, String complaint) {}

    private Said ask(String input, String... arguments) {
        List<String> command = kubectl.command(Stream.concat(Stream.of(arguments), Stream.of("--request-timeout=20s"))
                .toList());
        try {
            Process process = new ProcessBuilder(command).start();
            try {
                try (OutputStream to = process.getOutputStream()) {
                    to.write(input.getBytes(StandardCharsets.UTF_8));
                }
                CompletableFuture<String> errors =
                        CompletableFuture.supplyAsync(() -> read(process.getErrorStream(), MOST_OF_A_COMPLAINT));
                String out = read(process.getInputStream(), MOST_BYTES);
                boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
                if (ended && process.exitValue() == 0) {
                    return new Said(out, "");
                }
                String complaint = ended ? errors.join().strip() : "no answer within " + SECONDS + " s";
                return new Said(out, complaint.isEmpty() ? "exit code " + process.exitValue() : complaint);
            } finally {
                process.destroy();
            }
        } catch (IOException e) {
            return new Said("", "kubectl does not run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(arguments, "interrupted");
        }
    }

    private static String read(InputStream from, int most) {
        try (from) {
            byte[] bytes = from.readNBytes(most);
            from.transferTo(OutputStream.nullOutputStream());
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException _) {
            return "";
        }
    }

    private static CommandFailure failure(String[] arguments, String complaint) {
        return new CommandFailure(
                ExitCode.FAILED,
                "WEFT-L312",
                "the cluster does not answer 'kubectl " + String.join(" ", arguments) + "': " + complaint,
                "'--context' and '--kubeconfig' choose the cluster; WEFT_KUBECTL names the program");
    }
}
