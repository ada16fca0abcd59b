package dev.weft.bench.issuing;

import dev.weft.bench.measure.ControlPlaneJvm;
import dev.weft.bench.measure.PartReport;
import dev.weft.bench.proc.Machine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** {@code --issuing}: reports what it costs to issue certificates in a JVM with the settings of the control plane. */
public final class IssuingBench {
    private IssuingBench() {}

    /** Measures. It takes about 20 s of CPU with slices of 100 ms. */
    public static PartReport<IssuingFigure> measure(Path folder, Duration slice) {
        Instant time = Instant.now();
        List<IssuingFigure> figures = ControlPlaneJvm.measure(
                IssuingMain.class,
                folder.resolve("issuing"),
                Long.toString(slice.toMillis()),
                List.of(),
                IssuingFigure.class);
        return new PartReport<>(time, Machine.here(), figures);
    }
}
