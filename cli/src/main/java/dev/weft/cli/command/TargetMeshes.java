package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.ChosenMesh;
import dev.weft.cli.mesh.LocalMesh;
import dev.weft.cli.mesh.Mesh;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options for the meshes that a change is sent to: one mesh, or with {@code --all} every mesh; and for the wait for
 * their sidecars.
 */
public final class TargetMeshes {

    /** Longest wait that control planes accept. */
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** Longest time that a control plane needs for the answer itself. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    @Mixin
    private MeshOrClusterOption meshOption = new MeshOrClusterOption();

    @Option(
            names = {"-a", "--all"},
            description = "change every mesh that is up")
    private boolean all;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description =
                    "how long to wait for an answer and for the sidecars, 60s at most. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(10);

    /** Returns the meshes to send the change to; fails if --mesh and --all are both given (WEFT-L100). */
    public List<Mesh> of(Session session) throws IOException {
        if (!all) {
            return List.of(meshOption.mesh(session));
        }
        if (meshOption.given(session).isPresent()) {
            throw CommandFailure.usage(
                    "--mesh and --all cannot be used together",
                    "--mesh names one mesh, --all means every mesh that is up");
        }
        List<Mesh> up = up(session);
        return up.isEmpty() ? List.of(new LocalMesh(ChosenMesh.of(session.meshes(), Optional.empty()))) : up;
    }

    /**
     * Returns the other meshes that are up here; none if the mesh is a cluster's, because --all does not include
     * clusters.
     */
    List<String> others(Session session, List<Mesh> chosen) throws IOException {
        if (chosen.stream().anyMatch(mesh -> mesh.ref().inCluster())) {
            return new ArrayList<>();
        }
        List<String> names = chosen.stream().map(mesh -> mesh.ref().name()).toList();
        return up(session).stream()
                .map(mesh -> mesh.ref().name())
                .filter(name -> !names.contains(name))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static List<Mesh> up(Session session) throws IOException {
        return session.meshes().list().stream()
                .<Mesh>map(LocalMesh::new)
                .filter(Mesh::alive)
                .toList();
    }

    /** Returns how long to wait for the sidecars; fails if that is more than a minute (WEFT-L100). */
    public Duration timeout() {
        if (timeout.compareTo(LONGEST) > 0) {
            throw CommandFailure.usage(
                    "timeout: " + timeout.toSeconds() + "s (expected: at most " + LONGEST.toSeconds() + "s)",
                    "sidecars that have not acknowledged by then still get the change: look again later");
        }
        return timeout;
    }

    /** Returns how long a call may take that waits for the sidecars; fails as {@link #timeout}. */
    public Duration deadline() {
        return timeout().plus(SLACK);
    }

    /** Returns how long to wait, in milliseconds; fails as {@link #timeout}. */
    public int timeoutMillis() {
        return (int) timeout().toMillis();
    }
}
