package dev.weft.bench.registry;

import dev.weft.bench.proc.Machine;
import dev.weft.local.supervisor.ControlPlaneProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code --registry}: for each size of the mesh, starts a JVM with the settings of the control plane, and adds and
 * removes pods in it.
 */
public final class RegistryBench {
    static final String FIGURE = "figure ";

    private static final JsonMapper MAPPER = new JsonMapper();

    private RegistryBench() {}

    /** Measures each of these sizes. */
    public static RegistryReport measure(Path folder, List<MeshSize> sizes) {
        Instant time = Instant.now();
        List<RegistryFigure> figures = new ArrayList<>();
        for (MeshSize size : sizes) {
            figures.add(measure(folder, size));
        }
        return new RegistryReport(time, Machine.here(), figures);
    }

    private static RegistryFigure measure(Path folder, MeshSize size) {
        try {
            Path work = Files.createDirectories(folder.resolve("registry-" + size.workloads()));
            ProcessBuilder builder = ControlPlaneProcess.java(
                            RegistryMain.class.getName(),
                            List.of(work.toString(), Integer.toString(size.workloads())),
                            work)
                    .redirectError(work.resolve("log").toFile());
            builder.command().add(builder.command().indexOf("-cp"), "-Xmx" + size.heapMib() + "m");
            Process process = builder.start();
            process.getOutputStream().close();
            List<RegistryFigure> figures = process.inputReader(StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(FIGURE))
                    .map(line -> MAPPER.readValue(line.substring(FIGURE.length()), RegistryFigure.class))
                    .toList();
            int status = process.waitFor();
            if (status != 0 || figures.isEmpty()) {
                throw new IllegalStateException("the control plane of " + size.workloads() + " workloads ended with "
                        + status + ": " + Files.readString(work.resolve("log")));
            }
            return figures.getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    static void print(RegistryFigure figure, PrintStream out) {
        out.println(FIGURE + MAPPER.writeValueAsString(figure));
    }
}
