package dev.weft.cli.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * The result of one call of kubectl.
 *
 * @param complaint kubectl's error text, or why there is no result; empty if kubectl succeeded
 */
public record KubectlResult(String out, String complaint) {

    private static final int MOST_BYTES = 256 << 20;
    private static final int MOST_COMPLAINT_BYTES = 1000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /**
     * Calls kubectl, and waits for its end, for a minute at most.
     *
     * @param input kubectl's standard input
     * @throws IOException if kubectl cannot be started
     */
    public static KubectlResult of(Kubectl kubectl, String input, List<String> arguments)
            throws IOException, InterruptedException {
        return of(kubectl, input, arguments, PATIENCE);
    }

    static KubectlResult of(Kubectl kubectl, String input, List<String> arguments, Duration patience)
            throws IOException, InterruptedException {
        List<String> command = kubectl.command(Stream.concat(arguments.stream(), Stream.of("--request-timeout=20s"))
                .toList());
        Process process = new ProcessBuilder(command).start();
        try {
            // In threads of their own: a kubectl that hangs does not close its output.
            CompletableFuture<String> errors = reading(process.getErrorStream(), MOST_COMPLAINT_BYTES);
            CompletableFuture<String> out = reading(process.getInputStream(), MOST_BYTES);
            try (OutputStream to = process.getOutputStream()) {
                to.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(patience)) {
                return new KubectlResult("", "no answer within " + patience.toSeconds() + " s");
            }
            if (process.exitValue() == 0) {
                return new KubectlResult(out.join(), "");
            }
            String complaint = errors.join().strip();
            return new KubectlResult(out.join(), complaint.isEmpty() ? "exit code " + process.exitValue() : complaint);
        } finally {
            process.destroy();
        }
    }

    private static CompletableFuture<String> reading(InputStream from, int most) {
        return CompletableFuture.supplyAsync(() -> read(from, most), Thread::startVirtualThread);
    }

    /** Whether kubectl ended with success. */
    public boolean succeeded() {
        return complaint.isEmpty();
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
}
