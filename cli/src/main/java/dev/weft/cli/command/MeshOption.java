package dev.weft.cli.command;

import dev.weft.cli.mesh.ChosenMesh;
import dev.weft.local.inspect.MeshHandle;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --mesh}: the mesh that a command is about. */
public final class MeshOption {

    /** The environment variable that names the mesh for a whole shell. */
    static final String VARIABLE = "WEFT_MESH";

    @Option(
            names = "--mesh",
            paramLabel = "MESH",
            description = "the mesh; needed when several are up. Default: $WEFT_MESH, else the one that is up.")
    private @Nullable String mesh;

    @Option(names = "--name", paramLabel = "MESH", hidden = true, description = "the old spelling of --mesh")
    private @Nullable String formerly;

    private boolean warned;

    /**
     * Returns the chosen mesh.
     *
     * @throws dev.weft.cli.failure.CommandFailure if it is not up (WEFT-L101, WEFT-L105), or if none is named and several
     *     are up (WEFT-L102)
     */
    public MeshHandle mesh(Session session) throws IOException {
        return ChosenMesh.of(session.meshes(), name(session));
    }

    /** Returns the name that was given on the command line or in the environment. */
    public Optional<String> name(Session session) {
        return given(session)
                .or(() ->
                        Optional.ofNullable(session.environment().get(VARIABLE)).filter(value -> !value.isEmpty()));
    }

    /** Returns the name that was given on the command line. */
    Optional<String> given(Session session) {
        if (formerly != null && !warned) {
            warned = true;
            session.screen().note("weft: --name is the old spelling of --mesh, and will be removed (WEFT-L211)");
        }
        return Optional.ofNullable(mesh).or(() -> Optional.ofNullable(formerly));
    }
}
