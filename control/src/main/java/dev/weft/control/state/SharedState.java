package dev.weft.control.state;

import static java.util.Objects.requireNonNull;

import dev.weft.control.lead.Leadership;
import dev.weft.mesh.state.Store;

/**
 * State that outlasts the state directory, and that several control planes of a trust domain may share.
 *
 * @param leading entries that only the leader writes: anchors, issuers, rotations, sequences, keys and fetched bundles.
 *     Others read them; the store refuses their writes, and those of a former leader
 * @param common entries that each control plane writes: join tokens, machines and descents
 * @param leadership tells which control plane leads
 */
public record SharedState(Store leading, Store common, Leadership leadership) {

    public SharedState {
        requireNonNull(leading, "leading");
        requireNonNull(common, "common");
        requireNonNull(leadership, "leadership");
    }
}
