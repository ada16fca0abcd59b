package dev.weft.control.state;

import static java.util.Objects.requireNonNull;

import dev.weft.mesh.state.Store;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the state of a control plane is.
 *
 * @param directory of this process alone; holds all of the state unless a store does
 * @param store holds what must outlast the directory: anchors, issuers, rotations, sequences and keys; empty where the directory
 *     lasts
 */
public record StatePlace(Path directory, Optional<Store> store) {

    public StatePlace {
        requireNonNull(directory, "directory");
        requireNonNull(store, "store");
    }

    /** A directory that lasts. */
    public static StatePlace of(Path directory) {
        return new StatePlace(directory, Optional.empty());
    }

    AuthorityKeeper authority() {
        return store.<AuthorityKeeper>map(AuthorityEntries::new).orElseGet(() -> new AuthorityFiles(directory));
    }
}
