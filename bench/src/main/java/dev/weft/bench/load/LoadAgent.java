package dev.weft.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The bench's end of the conversation with a load generator, which it starts. */
public final class LoadAgent implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;

    private LoadAgent(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.US_ASCII);
        this.commands = process.outputWriter(StandardCharsets.US_ASCII);
    }

    /** The arguments that run the generator in a JVM: the first compiler only, so that it is the same from the first second on. */
    public static List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                // /tmp is shared with JVMs of other pid namespaces; standard output is the conversation.
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
     * @param command {@link #command()}, with what takes it to its network namespace and its core before it
     * @param log where its standard error goes
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
     * Has a command carried out and waits for its end.
     *
     * @throws LoadFailedException if it failed
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
