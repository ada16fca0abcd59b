package dev.weft.cli.command;

import dev.weft.cli.mesh.ChosenMesh;
import dev.weft.local.inspect.MeshHandle;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --name}: the mesh that a command is about. */
public final class MeshOption {

    /** Names the mesh for a whole shell. */
    static final String VARIABLE = "WEFT_MESH";

    @Option(
            names = {"-n", "--name"},
            paramLabel = "MESH",
            description = "the mesh; needed when several are up. Default: $WEFT_MESH, else the one that is up.")
    private @Nullable String name;

    /** The mesh that is meant. */
    public MeshHandle mesh(Session session) throws IOException {
        return ChosenMesh.of(session.meshes(), name(session));
    }

    Optional<String> name(Session session) {
        return Optional.ofNullable(name)
                .or(() ->
                        Optional.ofNullable(session.environment().get(VARIABLE)).filter(value -> !value.isEmpty()));
    }
}
