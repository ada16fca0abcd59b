package dev.weft.control;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** Starts control planes for tests of what talks to them. */
public final class Planes {

    private Planes() {}

    /** One over a file of objects, on loopback, on ports of its choice. */
    public static ControlPlane start(Path registry, Path state, Clock clock) throws IOException {
        return new ControlPlane(
                ControlFlags.parse(List.of(
                        "--registry",
                        registry.toString(),
                        "--state-dir",
                        state.toString(),
                        "--listen",
                        "127.0.0.1:0",
                        "--admin-address",
                        "127.0.0.1:0")),
                new FileHome(),
                clock);
    }
}
