package dev.weft.local;

import dev.weft.local.launch.UpOptions;
import dev.weft.local.state.MeshName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Options of meshes for tests. */
public final class Options {

    private Options() {}

    /** Returns options with all defaults: certificates of a day, trust domain {@code cluster.local}. */
    public static UpOptions of(Path file, MeshName name, boolean detach) {
        return of(file, name, detach, false);
    }

    /** Returns options with all defaults but the last. */
    public static UpOptions of(Path file, MeshName name, boolean detach, boolean keepOnFailure) {
        return new UpOptions(
                file,
                name,
                "cluster.local",
                OptionalInt.empty(),
                Duration.ofHours(24),
                detach,
                Duration.ofSeconds(60),
                Optional.empty(),
                keepOnFailure);
    }
}
