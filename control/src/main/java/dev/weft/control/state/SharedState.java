package dev.weft.control.state;

import static java.util.Objects.requireNonNull;

import dev.weft.control.lead.Leadership;
import dev.weft.mesh.state.Store;

/**
 * State that outlasts the state directory, and that several control planes of a trust domain may share.
 *
 * @param leading what the leader alone writes: anchors, issuers, rotations, sequences, keys and fetched bundles. Others read it; it
 *     refuses their writes, and the writes of a former leader
 * @param common what each writes: join tokens, machines and descents
 * @param leadership who leads
 */
public record SharedState(Store leading, Store common, Leadership leadership) {

    public SharedState {
        requireNonNull(leading, "leading");
        requireNonNull(common, "common");
        requireNonNull(leadership, "leadership");
    }

    /** That of a control plane which has the store for itself. */
    public static SharedState alone(Store store) {
        return new SharedState(store, store, Leadership.ALONE);
    }
}
