package dev.weft.cli.mesh;

import dev.weft.local.state.MeshName;
import java.util.Optional;

/**
 * How messages name a mesh.
 *
 * @param name the mesh's name, if it is on this machine; for a cluster, the name of kubectl's context
 * @param option the option that makes a printed command apply to this mesh, with a space before it; may be empty
 */
public record MeshRef(String name, String option, boolean inCluster) {

    private static final String CONTEXT = " --context ";

    /** Names a mesh on this machine. The default mesh needs no option. */
    public static MeshRef local(MeshName name) {
        return new MeshRef(name.value(), name.equals(MeshName.DEFAULT) ? "" : " --mesh " + name.value(), false);
    }

    /** Names the mesh of the cluster of a context of kubectl; of the current context if empty. */
    public static MeshRef cluster(Optional<String> context) {
        return new MeshRef(
                context.orElse("cluster"), context.map(name -> CONTEXT + name).orElse(" --cluster"), true);
    }

    /** Returns the commands that show why a sidecar does not work, in quotes. */
    public String whySidecarFails() {
        String context = option.startsWith(CONTEXT) ? option : "";
        return (inCluster ? "'kubectl" + context + " -n NAMESPACE describe pod NAME'" : "'weft ps'")
                + " and 'weft logs WORKLOAD --sidecar" + option + "'";
    }

    @Override
    public String toString() {
        return name;
    }
}
