package dev.weft.cli.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The result of one call of kubectl.
 *
 * @param out kubectl's standard output
 * @param complaint kubectl's error text, or why there is no result; empty if kubectl succeeded
 */
public record KubectlResult(String out, String complaint) {

    private static final int MOST_BYTES = 256 << 20;
    private static final int MOST_COMPLAINT_BYTES = 1000;
    private static final long SECONDS = 60;

    /**
     * Calls kubectl, and waits for its end, for a minute at most.
     *
     * @param input kubectl's standard input
     * @throws IOException if kubectl cannot be started
     */
    public static KubectlResult of(Kubectl kubectl, String input, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = kubectl.command(Stream.concat(arguments.stream(), Stream.of("--request-timeout=20s"))
                .toList());
        Process process = new ProcessBuilder(command).start();
        try {
            try (OutputStream to = process.getOutputStream()) {
                to.write(input.getBytes(StandardCharsets.UTF_8));
            }
            CompletableFuture<String> errors =
                    CompletableFuture.supplyAsync(() -> read(process.getErrorStream(), MOST_COMPLAINT_BYTES));
            String out = read(process.getInputStream(), MOST_BYTES);
            boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
            if (ended && process.exitValue() == 0) {
                return new KubectlResult(out, "");
            }
            String complaint = ended ? errors.join().strip() : "no answer within " + SECONDS + " s";
            return new KubectlResult(out, complaint.isEmpty() ? "exit code " + process.exitValue() : complaint);
        } finally {
            process.destroy();
        }
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
