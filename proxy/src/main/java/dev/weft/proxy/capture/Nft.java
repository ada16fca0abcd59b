package dev.weft.proxy.capture;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs the program nft, which loads rules into the kernel. It is started without a shell, and reads the rules from its
 * standard input.
 *
 * @param program a path, or a name to look up on PATH
 */
record Nft(String program) {

    private static final long TIMEOUT_SECONDS = 30;
    /** Lines of the program's output that a message repeats. */
    private static final int MAX_LINES = 8;

    /**
     * Puts the rules in force, and checks that they are.
     *
     * @throws IOException if they are not in force; the message says what is missing
     */
    void load(CaptureSettings settings) throws IOException, InterruptedException {
        Result loaded = run(List.of("-f", "-"), CaptureRules.install(settings));
        if (loaded.status() != 0) {
            throw new IOException("%s cannot load the rules, exit status %d: %s%s"
                    .formatted(program, loaded.status(), loaded.firstLines(), advice(loaded.output())));
        }
        Result listed = run(List.of("list table " + CaptureRules.TABLE), "");
        boolean isComplete = Stream.of(settings.outboundPort(), settings.inboundPort())
                .allMatch(port -> listed.output().contains("redirect to :" + port));
        if (listed.status() != 0 || !isComplete) {
            throw new IOException("%s has loaded the rules, and the table %s is not there or not whole: %s"
                            .formatted(program, CaptureRules.TABLE, listed.firstLines())
                    + " (expected: no other program removes tables of this network namespace)");
        }
    }

    private static String advice(String output) {
        if (output.contains("Operation not permitted") || output.contains("Permission denied")) {
            return " (expected: root with the capability NET_ADMIN in this network namespace; in a pod:"
                    + " securityContext: {runAsUser: 0, capabilities: {add: [NET_ADMIN]}})";
        }
        if (output.contains("No such file or directory") || output.contains("not supported")) {
            return " (expected: a kernel with nf_tables and its parts nat, redir, reject, fib, ct and socket;"
                    + " on the node: modprobe nft_redir nft_reject_inet nft_fib_inet nft_ct nft_socket)";
        }
        return "";
    }

    private Result run(List<String> arguments, String input) throws IOException, InterruptedException {
        List<String> command =
                Stream.concat(Stream.of(program), arguments.stream()).toList();
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new IOException(
                    "%s cannot be started (expected: nftables is installed): %s".formatted(program, e.getMessage()), e);
        }
        try (OutputStream rules = process.getOutputStream()) {
            rules.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            // The program ended before it read the rules; its exit status and output say why.
        }
        // The output is a few lines and fits into the pipe, so the program ends before it is read.
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("%s does not end within %d s".formatted(program, TIMEOUT_SECONDS));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.exitValue(), output);
    }

    private record Result(int status, String output) {
        String firstLines() {
            return output.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .limit(MAX_LINES)
                    .collect(Collectors.joining("; "));
        }
    }
}
