package dev.weft.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs on the machine, never longer than a limit. */
public final class Shell {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration GONE = Duration.ofSeconds(30);

    private Shell() {}

    /** Runs a command to its end, with nothing on standard input. */
    public static Ran run(String... command) throws IOException, InterruptedException {
        return run(List.of(command), Map.of(), LIMIT);
    }

    /** Runs a command to its end; past the limit it is killed and the test fails. */
    public static Ran run(List<String> command, Map<String, String> environment, Duration limit)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile("weft-e2e-", ".out");
        Path err = Files.createTempFile("weft-e2e-", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().putAll(environment);
            long start = System.nanoTime();
            Process process = builder.start();
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            Ran ran = new Ran(command, process.exitValue(), Files.readString(out), Files.readString(err), took);
            if (!ended) {
                throw new AssertionError("not ended after " + limit + ": " + ran.describe());
            }
            return ran;
        } finally {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }

    /** Ends a process without a word, as SIGKILL does, and waits until it is gone. */
    public static void kill(long pid) throws Exception {
        assertThat(pid).isPositive();
        run("kill", "-9", Long.toString(pid)).ok();
        Eventually.within(
                GONE,
                () -> assertThat(Path.of("/proc/" + pid + "/exe").toFile().exists())
                        .isFalse());
    }

    /** Starts a command that goes on; its output goes to a file. */
    public static Running start(List<String> command, Map<String, String> environment) throws IOException {
        Path output = Files.createTempFile("weft-e2e-", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return new Running(builder.start(), output);
    }
}
