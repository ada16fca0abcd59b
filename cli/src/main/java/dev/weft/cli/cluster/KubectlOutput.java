package dev.weft.cli.cluster;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads the output of a long-running kubectl. Both streams are read to their ends, because kubectl would block on a
 * full pipe and end on a closed one. Only the first line of output and the last part of the errors are kept.
 */
final class KubectlOutput {

    private static final int MOST_LINE_BYTES = 2_000;
    private static final Duration LAST_ERRORS = Duration.ofSeconds(2);

    private final CompletableFuture<String> first = new CompletableFuture<>();
    private final ErrorOutput errors = new ErrorOutput();
    private final Thread errorReader;

    private KubectlOutput(Process kubectl) {
        Thread.ofPlatform().daemon().name("kubectl-output").start(() -> readOutput(kubectl.getInputStream()));
        errorReader = Thread.ofPlatform()
                .daemon()
                .name("kubectl-errors")
                .start(() -> errors.readAll(kubectl.getErrorStream()));
    }

    static KubectlOutput of(Process kubectl) {
        return new KubectlOutput(kubectl);
    }

    /** Returns the first line; empty if kubectl ends or the time is over before there is one. */
    Optional<String> firstLine(long seconds) {
        try {
            return Optional.of(first.get(seconds, TimeUnit.SECONDS)).filter(line -> !line.isEmpty());
        } catch (ExecutionException | TimeoutException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Returns the last errors, completely if kubectl has ended; empty if there were none. */
    String complaint() {
        try {
            errorReader.join(LAST_ERRORS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return errors.text();
    }

    private void readOutput(InputStream output) {
        try (output) {
            first.complete(firstLine(output));
            output.transferTo(OutputStream.nullOutputStream());
        } catch (IOException _) {
            // The process was destroyed.
        } finally {
            first.complete("");
        }
    }

    /** Reads the first line; empty if it is too long, or if the output ends within it. */
    private static String firstLine(InputStream output) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = output.read(); next != '\n'; next = output.read()) {
            if (next < 0 || line.size() == MOST_LINE_BYTES) {
                return "";
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
