package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.ChosenMesh;
import dev.weft.local.inspect.MeshHandle;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --name}, where all meshes are meant that are up unless one is named; and how long to wait for their sidecars. */
public final class ToldMeshes {

    /** Longest wait that control planes accept. */
    private static final Duration LONGEST = Duration.ofSeconds(60);

    @Option(
            names = {"-n", "--name"},
            paramLabel = "MESH",
            description = "the mesh to tell. Default: $WEFT_MESH, else all that are up.")
    private @Nullable String name;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = Times.class,
            description = "how long to wait for the sidecars, 60s at most. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(10);

    /** The meshes to tell. */
    public List<MeshHandle> of(Session session) throws IOException {
        Optional<String> named = Optional.ofNullable(name)
                .or(() -> Optional.ofNullable(session.environment().get(MeshOption.VARIABLE))
                        .filter(value -> !value.isEmpty()));
        List<MeshHandle> up =
                session.meshes().list().stream().filter(MeshHandle::alive).toList();
        return named.isPresent() || up.isEmpty() ? List.of(ChosenMesh.of(session.meshes(), named)) : up;
    }

    /** How long to wait. */
    public Duration timeout() {
        if (timeout.compareTo(LONGEST) > 0) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "WEFT-L100",
                    "timeout: " + timeout.toSeconds() + "s (expected: at most " + LONGEST.toSeconds() + "s)",
                    "what is not acknowledged by then is still told: ask again later");
        }
        return timeout;
    }

    /** How long to wait, as calls say it. */
    public int timeoutMillis() {
        return (int) timeout().toMillis();
    }
}
