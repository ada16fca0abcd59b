package dev.weft.cli.command;

import dev.weft.cli.cluster.ClusterMesh;
import dev.weft.cli.cluster.Kubectl;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.LocalMesh;
import dev.weft.cli.mesh.Mesh;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --mesh} or {@code --cluster}: the options of commands that work with every mesh. */
public final class MeshOrClusterOption {

    /**
     * The environment variable whose value {@code true} selects the cluster for a whole shell; {@code kubectl weft}
     * sets it.
     */
    static final String CLUSTER = "WEFT_CLUSTER";

    /**
     * The environment variable that names the ServiceAccount for viewing a cluster's mesh without exec,
     * {@code namespace/name}.
     */
    static final String VIEWER = "WEFT_VIEWER";

    @Mixin
    private MeshOption local = new MeshOption();

    @Option(
            names = "--cluster",
            description = "the mesh of kubectl's current cluster. Default: $WEFT_CLUSTER, if that is true.")
    private boolean cluster;

    @Mixin
    private KubectlOptions remote = new KubectlOptions();

    /** The opened mesh. It is kept because some commands ask more than once, and each opening makes a connection. */
    private @Nullable Mesh opened;

    /**
     * Returns the chosen mesh.
     *
     * @throws CommandFailure if a mesh and a cluster are both named (WEFT-L100), the mesh is not known, or the control
     *     plane of the cluster cannot be reached (WEFT-L303)
     */
    public Mesh mesh(Session session) throws IOException {
        boolean wantsCluster = asksCluster();
        boolean named = given(session).isPresent();
        if (!wantsCluster && (named || !"true".equals(session.environment().get(CLUSTER)))) {
            return new LocalMesh(local.mesh(session));
        }
        if (named) {
            throw CommandFailure.usage(
                    "--mesh and --cluster cannot be used together",
                    "--mesh names a mesh on this machine, --cluster the mesh of a cluster");
        }
        Mesh mesh = opened;
        if (mesh == null) {
            mesh = ClusterMesh.open(kubectl(session), session.environment().getOrDefault(VIEWER, Kubectl.VIEWER));
            opened = mesh;
        }
        return mesh;
    }

    /** Lets the mesh repeat the questions that it asked when it was opened. */
    void refresh() {
        Mesh mesh = opened;
        if (mesh != null) {
            mesh.refresh();
        }
    }

    boolean asksCluster() {
        return cluster || remote.isGiven();
    }

    Kubectl kubectl(Session session) {
        return remote.kubectl(session);
    }

    /** Returns the name of a mesh on this machine that the command line gives. */
    Optional<String> given(Session session) {
        return local.given(session);
    }
}
