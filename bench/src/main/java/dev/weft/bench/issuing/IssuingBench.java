package dev.weft.bench.issuing;

import dev.weft.bench.proc.Machine;
import dev.weft.local.supervisor.ControlPlaneProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * {@code --issuing}: starts a JVM with the settings of the control plane that issues certificates, and reports the
 * cost.
 */
public final class IssuingBench {
    private IssuingBench() {}

    /** Measures. It takes about 20 s of CPU with slices of 100 ms. */
    public static IssuingReport measure(Path folder, Duration slice) {
        Instant time = Instant.now();
        try {
            Path work = Files.createDirectories(folder.resolve("issuing"));
            Process process = ControlPlaneProcess.java(
                            IssuingMain.class.getName(),
                            List.of(work.toString(), Long.toString(slice.toMillis())),
                            work)
                    .redirectError(work.resolve("log").toFile())
                    .start();
            process.getOutputStream().close();
            List<IssuingFigure> figures = process.inputReader(StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.contains("\t"))
                    .map(IssuingFigure::parse)
                    .toList();
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(
                        "issuing ended with " + status + ": " + Files.readString(work.resolve("log")));
            }
            return new IssuingReport(time, Machine.here(), figures);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
