package dev.weft.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Starts a load generator in another process and sends it commands. */
public final class LoadAgent implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;

    private LoadAgent(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.US_ASCII);
        this.commands = process.outputWriter(StandardCharsets.US_ASCII);
    }

    /**
     * Returns the command line that runs the generator in a JVM. It uses the first compiler only, so its speed is
     * constant from the first second.
     */
    public static List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                // /tmp is shared with JVMs of other PID namespaces; standard output carries the answers.
                "-XX:-UsePerfData",
                "-Xlog:disable",
                "-Xlog:all=error:stderr",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dio.netty.leakDetection.level=disabled",
                "-cp",
                System.getProperty("java.class.path"),
                LoadMain.class.getName());
    }

    /**
     * Starts a generator.
     *
     * @param command {@link #command()}, after a prefix that enters its network namespace and pins it to its core
     * @param log file for its standard error
     */
    public static LoadAgent start(List<String> command, Path log) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            LoadAgent agent = new LoadAgent(process);
            String first = agent.answers.readLine();
            if (!"ready".equals(first)) {
                agent.close();
                throw new LoadFailedException("load generator: '" + first + "' (expected: ready), see " + log);
            }
            return agent;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Sends a command, and waits for its end.
     *
     * @throws LoadFailedException if the command failed
     */
    public LoadResult run(LoadCommand command) {
        try {
            commands.write(command.toLine() + "\n");
            commands.flush();
            String answer = answers.readLine();
            if (answer == null) {
                throw new LoadFailedException("load generator: ended during '" + command.toLine() + "'");
            }
            if (answer.startsWith("failed ")) {
                throw new LoadFailedException(command.toLine() + ": " + answer.substring("failed ".length()));
            }
            return LoadResult.parse(answer);
        } catch (IOException e) {
            throw new LoadFailedException("load generator: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
