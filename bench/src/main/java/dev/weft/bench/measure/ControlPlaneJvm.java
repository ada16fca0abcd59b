package dev.weft.bench.measure;

import dev.weft.local.supervisor.ControlPlaneProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Measures in a JVM with the settings of the control plane, which writes its figures to standard output. */
public final class ControlPlaneJvm {
    private static final String FIGURE = "figure ";
    private static final JsonMapper MAPPER = new JsonMapper();

    private ControlPlaneJvm() {}

    /**
     * Starts the JVM, and returns its figures when it has ended.
     *
     * @param main its main class, which gets the folder and the argument
     * @param folder folder for its files and its log; created if it does not exist
     * @param jvmFlags further flags of the JVM
     * @throws IllegalStateException if it fails, or writes no figure
     */
    public static <F> List<F> measure(
            Class<?> main, Path folder, String argument, List<String> jvmFlags, Class<F> figure) {
        try {
            Path log = Files.createDirectories(folder).resolve("log");
            ProcessBuilder builder = ControlPlaneProcess.java(
                            main.getName(), List.of(folder.toString(), argument), folder)
                    .redirectError(log.toFile());
            builder.command().addAll(builder.command().indexOf("-cp"), jvmFlags);
            Process process = builder.start();
            process.getOutputStream().close();
            List<F> figures = process.inputReader(StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(FIGURE))
                    .map(line -> read(line, figure))
                    .toList();
            int status = process.waitFor();
            if (status != 0 || figures.isEmpty()) {
                throw new IllegalStateException("the JVM of " + main.getSimpleName() + " " + argument + " ended with "
                        + status + ": " + Files.readString(log));
            }
            return figures;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Writes a figure to standard output, in the JVM that measures. */
    public static void print(Object figure) {
        new PrintStream(System.out, true, StandardCharsets.UTF_8).println(line(figure));
    }

    static String line(Object figure) {
        return FIGURE + MAPPER.writeValueAsString(figure);
    }

    static <F> F read(String line, Class<F> figure) {
        return MAPPER.readValue(line.substring(FIGURE.length()), figure);
    }
}
