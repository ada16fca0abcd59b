package dev.weft.local.command;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs short system commands, such as ip and nft, and waits for their end. */
public final class Commands {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Commands() {}

    /** How a command ended, and what it wrote to standard output and standard error. */
    public record Result(int status, String output) {}

    /** Runs a command and returns its output. If it fails, the exception's message has the output. */
    public static String run(String... command) throws IOException, InterruptedException {
        return run(List.of(command), "");
    }

    /** Runs a command with this text as its standard input. */
    public static String run(List<String> command, String input) throws IOException, InterruptedException {
        return run(command, input, LIMIT);
    }

    static String run(List<String> command, String input, Duration limit) throws IOException, InterruptedException {
        String line = String.join(" ", command);
        Result result = end(new ProcessBuilder(command), input, limit)
                .orElseThrow(() -> new IOException("%s: no end within %d s".formatted(line, limit.toSeconds())));
        if (result.status() != 0) {
            throw new IOException("%s: exit status %d: %s"
                    .formatted(line, result.status(), result.output().strip()));
        }
        return result.output();
    }

    /**
     * Runs a command to its end.
     *
     * @param input the text of its standard input
     * @return empty if it did not end in time; it was killed then
     * @throws IOException if it cannot be started
     */
    public static Optional<Result> end(ProcessBuilder command, String input, Duration limit)
            throws IOException, InterruptedException {
        Process process = command.redirectErrorStream(true).start();
        CompletableFuture<Process> inTime = process.onExit().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<Process> _ = inTime.whenComplete((_, late) -> {
            if (late != null) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        });
        write(process, input);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        return inTime.isCompletedExceptionally() ? Optional.empty() : Optional.of(new Result(status, output));
    }

    private static void write(Process process, String input) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The command ended without reading all of its input; its status and output say why.
        }
    }
}
