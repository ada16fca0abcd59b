package dev.weft.control.state;

import static java.util.Objects.requireNonNull;

import dev.weft.control.lead.Leadership;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the state of a control plane is.
 *
 * @param directory of this process alone; holds all of the state where none is shared
 * @param shared holds what must outlast the directory; empty where the directory lasts
 */
public record StatePlace(Path directory, Optional<SharedState> shared) {

    public StatePlace {
        requireNonNull(directory, "directory");
        requireNonNull(shared, "shared");
    }

    /** A directory that lasts. */
    public static StatePlace of(Path directory) {
        return new StatePlace(directory, Optional.empty());
    }

    /** Who leads those that have the state. */
    public Leadership leadership() {
        return shared.map(SharedState::leadership).orElse(Leadership.ALONE);
    }

    AuthorityKeeper authority() {
        return shared.<AuthorityKeeper>map(state -> new AuthorityEntries(state.leading()))
                .orElseGet(() -> new AuthorityFiles(directory));
    }
}
