package dev.weft.local.command;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs short system commands, such as ip and nft, and waits for their end. */
public final class Commands {

    private static final long TIMEOUT_SECONDS = 20;

    private Commands() {}

    /** Runs a command and returns its output. If it fails, the exception's message has the output. */
    public static String run(String... command) throws IOException, InterruptedException {
        return run(List.of(command), "");
    }

    /** Runs a command with this text as its standard input. */
    public static String run(List<String> command, String input) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("%s: no end within %d s".formatted(String.join(" ", command), TIMEOUT_SECONDS));
        }
        if (process.exitValue() != 0) {
            throw new IOException(
                    "%s: exit status %d: %s".formatted(String.join(" ", command), process.exitValue(), output.strip()));
        }
        return output;
    }
}
