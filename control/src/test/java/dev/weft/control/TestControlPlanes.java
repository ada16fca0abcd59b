package dev.weft.control;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Whole control planes, for tests of other packages. */
public final class TestControlPlanes {

    private TestControlPlanes() {}

    /** One over a registry of files, on ports of the system's choice. */
    public static ControlPlane start(Path registry, Path state, String trustDomain, Clock clock, String... more)
            throws IOException {
        List<String> flags = new ArrayList<>(List.of(
                "--registry",
                registry.toString(),
                "--state-dir",
                state.toString(),
                "--trust-domain",
                trustDomain,
                "--listen",
                "127.0.0.1:0",
                "--admin-address",
                "127.0.0.1:0"));
        flags.addAll(List.of(more));
        return new ControlPlane(ControlFlags.OVER_FILES.read(flags), new FileHome(), clock);
    }
}
