package dev.weft.control;

import dev.weft.control.rotate.Pace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Starts control planes for tests of other packages. */
public final class TestPlanes {

    private TestPlanes() {}

    /** One on loopback, on ports of its choice. */
    public static ControlPlane start(Path registry, Path state, Clock clock, Pace pace, String... flags)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "--registry",
                registry.toString(),
                "--state-dir",
                state.toString(),
                "--listen",
                "127.0.0.1:0",
                "--admin-address",
                "127.0.0.1:0"));
        arguments.addAll(List.of(flags));
        return new ControlPlane(ControlFlags.parse(arguments), RegistryMesh::open, clock, pace);
    }
}
