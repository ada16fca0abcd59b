package dev.weft.local.supervisor;

import dev.weft.local.state.MeshState;
import dev.weft.local.state.MeshState.WorkloadFiles;
import dev.weft.mesh.model.ObjectName;

/**
 * Parts that all pods of a mesh share.
 *
 * @param state the files of the mesh
 * @param programs command lines of all programs
 * @param link the network between the pods
 * @param tokens the join tokens of the sidecars
 * @param order controls when sidecars start
 * @param events records events
 * @param changed called when something that {@code ps.json} shows may have changed; cheap, from any thread
 */
record MeshContext(
        MeshState state,
        Programs programs,
        PodNetwork link,
        TokenKeeper tokens,
        StartOrder order,
        Events events,
        Runnable changed) {

    WorkloadFiles files(ObjectName workload) {
        return state.workload(workload.namespace(), workload.name());
    }
}
