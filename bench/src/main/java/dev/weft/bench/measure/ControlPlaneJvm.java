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

/**
 * Runs a measurement in a JVM with the settings of a control plane. That JVM writes its figures to its standard output,
 * one a line.
 */
public final class ControlPlaneJvm {
    private static final String FIGURE = "figure ";
    private static final JsonMapper MAPPER = new JsonMapper();

    private ControlPlaneJvm() {}

    /**
     * Starts the JVM, and returns its figures when it has ended.
     *
     * @param mainClass its main class, which gets the folder and the argument
     * @param folder folder for its files and its log; created if it does not exist
     * @param argument second argument of the main class
     * @param jvmFlags further flags of the JVM
     * @param figure type of the figures
     * @throws IllegalStateException if it fails, or writes no figure
     */
    public static <F> List<F> measure(
            Class<?> mainClass, Path folder, String argument, List<String> jvmFlags, Class<F> figure) {
        try {
            Path log = Files.createDirectories(folder).resolve("log");
            ProcessBuilder builder = ControlPlaneProcess.java(
                            mainClass.getName(), List.of(folder.toString(), argument), folder)
                    .redirectError(log.toFile());
            builder.command().addAll(builder.command().indexOf("-cp"), jvmFlags);
            Process process = builder.start();
            try {
                List<F> figures = figures(process, figure);
                int status = process.waitFor();
                if (status != 0 || figures.isEmpty()) {
                    throw new IllegalStateException("the JVM of " + mainClass.getSimpleName() + " " + argument
                            + " ended with " + status + " and " + figures.size() + " figures: "
                            + Files.readString(log));
                }
                return figures;
            } finally {
                process.destroyForcibly(); // it must not run beside the next measurement, whatever failed
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static <F> List<F> figures(Process process, Class<F> figure) throws IOException {
        process.getOutputStream().close();
        return process.inputReader(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith(FIGURE))
                .map(line -> read(line, figure))
                .toList();
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
