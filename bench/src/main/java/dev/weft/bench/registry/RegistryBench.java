package dev.weft.bench.registry;

import dev.weft.bench.measure.ControlPlaneJvm;
import dev.weft.bench.measure.PartReport;
import dev.weft.bench.proc.Machine;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * {@code --registry}: for each size of the mesh, starts a JVM with the settings of the control plane, and adds and
 * removes pods in it.
 */
public final class RegistryBench {
    private RegistryBench() {}

    /** Measures each of these sizes. */
    public static PartReport<RegistryFigure> measure(Path folder, List<MeshSize> sizes) {
        Instant time = Instant.now();
        List<RegistryFigure> figures =
                sizes.stream().map(size -> measure(folder, size)).toList();
        return new PartReport<>(time, Machine.here(), figures);
    }

    private static RegistryFigure measure(Path folder, MeshSize size) {
        return ControlPlaneJvm.measure(
                        RegistryMain.class,
                        folder.resolve("registry-" + size.workloads()),
                        Integer.toString(size.workloads()),
                        List.of("-Xmx" + size.heapMib() + "m"),
                        RegistryFigure.class)
                .getFirst();
    }
}
