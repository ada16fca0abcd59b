package dev.weft.local.supervisor;

import dev.weft.local.state.MeshState;

/**
 * What every pod of a mesh shares.
 *
 * @param state the files of the mesh
 * @param programs the command lines of what runs
 * @param link the link between the pods
 * @param tokens the join tokens of the sidecars
 * @param order who starts when
 * @param events what happens
 * @param changed to be called when something that {@code ps.json} shows may have changed; cheap, from any thread
 */
record MeshContext(
        MeshState state,
        Programs programs,
        Link link,
        TokenKeeper tokens,
        StartOrder order,
        Events events,
        Runnable changed) {}
