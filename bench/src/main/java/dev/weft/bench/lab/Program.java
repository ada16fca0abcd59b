package dev.weft.bench.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that runs until it is stopped, with its output in a file. */
public final class Program implements AutoCloseable {
    private static final int STOP_SECONDS = 3;
    private static final int LAST_LINES = 20;

    private final Process process;
    private final Path log;

    private Program(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts a program, whose output is appended to the log. */
    public static Program start(List<String> command, Path log) {
        return start(new ProcessBuilder(command), log);
    }

    /** Does the same with a command that has its own environment. */
    public static Program start(ProcessBuilder builder, Path log) {
        try {
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            return new Program(process, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its process id. */
    public int pid() {
        return Math.toIntExact(process.pid());
    }

    /** Whether it runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /** Returns the last lines of its output, for the message that it failed. */
    public String lastWords() {
        try {
            List<String> lines = Files.readString(log).strip().lines().toList();
            String text = String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
            return process.isAlive() ? text : text + " (exit status " + process.exitValue() + ")";
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }

    /** Ends the program and its children. It is asked to terminate first, and killed if it does not. */
    @Override
    public void close() {
        Stream<ProcessHandle> tree = Stream.concat(process.descendants(), Stream.of(process.toHandle()));
        List<ProcessHandle> members = tree.toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                process.waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        members.forEach(ProcessHandle::destroyForcibly);
    }
}
