package dev.weft.bench.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs programs, and waits for their end. */
public final class Shell {
    private Shell() {}

    /**
     * Runs a program and returns its output, including standard error.
     *
     * @throws IllegalStateException if its exit status is not 0; the message has the output
     */
    public static String run(List<String> command) {
        return run(command, Path.of("").toAbsolutePath());
    }

    private static String run(List<String> command, Path folder) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(
                        String.join(" ", command) + ": exit status " + status + " (expected: 0): " + output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Runs a command given as one line, without spaces in its arguments. */
    public static String run(String line) {
        return run(List.of(line.split(" ")));
    }

    /** Does the same in a folder. */
    static String run(String line, Path folder) {
        return run(List.of(line.split(" ")), folder);
    }
}
