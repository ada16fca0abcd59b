package dev.weft.bench.registry;

import dev.weft.bench.measure.ControlPlaneJvm;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Measures in a JVM with the settings of the control plane. It measures CPU time of the process.
 */
public final class RegistryMain {
    private RegistryMain() {}

    /** The arguments are a working directory and the number of workloads. */
    public static void main(String[] args) throws IOException {
        MeshSize size = new MeshSize(Integer.parseInt(args[1]), 0);
        SyntheticMesh mesh = new SyntheticMesh(size);
        try (ControlUnderChange control = new ControlUnderChange(Path.of(args[0]), mesh::objects)) {
            ControlPlaneJvm.print(new RegistryRun(control, mesh, size, RegistryRun.Effort.ALL).measure());
        }
        System.exit(0);
    }
}
