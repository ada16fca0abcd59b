package dev.weft.bench.registry;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Measures in a JVM with the settings of the control plane, and writes one line to standard output. It measures CPU
 * time of the process.
 */
public final class RegistryMain {
    private RegistryMain() {}

    /** The arguments are a working directory and the number of workloads. */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        MeshSize size = new MeshSize(Integer.parseInt(args[1]), 0);
        SyntheticMesh mesh = new SyntheticMesh(size);
        try (ControlUnderChange control = new ControlUnderChange(Path.of(args[0]), mesh::objects)) {
            RegistryBench.print(new RegistryRun(control, mesh, size, RegistryRun.Effort.ALL).measure(), out);
        }
        System.exit(0);
    }
}
