package dev.weft.cli.mesh;

import dev.weft.local.state.MeshName;
import java.util.Optional;

/**
 * How messages name a mesh.
 *
 * @param name of a mesh on this machine its own, of a cluster that of kubectl's context
 * @param option what a command that is shown needs so that it is about this mesh, with a space before it; may be empty
 * @param inCluster whether it is the mesh of a cluster
 */
public record MeshRef(String name, String option, boolean inCluster) {

    /** A mesh on this machine. The default one needs no option. */
    public static MeshRef local(MeshName name) {
        return new MeshRef(name.value(), name.equals(MeshName.DEFAULT) ? "" : " --mesh " + name.value(), false);
    }

    /** The mesh of the cluster of a context of kubectl; of its current one if empty. */
    public static MeshRef cluster(Optional<String> context) {
        return new MeshRef(
                context.orElse("cluster"),
                context.map(name -> " --context " + name).orElse(" --cluster"),
                true);
    }

    @Override
    public String toString() {
        return name;
    }
}
