package dev.weft.control;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Starts control planes for tests of what talks to them. */
public final class Planes {

    private Planes() {}

    /**
     * One over a file of objects, on loopback, on ports of its choice.
     *
     * @param flags besides
     */
    public static ControlPlane start(Path registry, Path state, Clock clock, String... flags) throws IOException {
        List<String> all = new ArrayList<>(List.of(flags));
        if (!all.contains("--listen")) {
            all.addAll(List.of("--listen", "127.0.0.1:0"));
        }
        all.addAll(List.of(
                "--registry", registry.toString(), "--state-dir", state.toString(), "--admin-address", "127.0.0.1:0"));
        return new ControlPlane(ControlFlags.parse(all), new FileHome(), clock);
    }
}
