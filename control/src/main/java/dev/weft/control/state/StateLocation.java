package dev.weft.control.state;

import static java.util.Objects.requireNonNull;

import dev.weft.control.lead.Leadership;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the state of a control plane is stored.
 *
 * @param directory directory of this process alone; holds all state if none is shared
 * @param shared state that must outlast the directory; empty where the directory lasts
 */
public record StateLocation(Path directory, Optional<SharedState> shared) {

    public StateLocation {
        requireNonNull(directory, "directory");
        requireNonNull(shared, "shared");
    }

    /** Returns the place of state in a directory that lasts. */
    public static StateLocation of(Path directory) {
        return new StateLocation(directory, Optional.empty());
    }

    /** Returns the leadership among the control planes that share the state. */
    public Leadership leadership() {
        return shared.map(SharedState::leadership).orElse(Leadership.ALONE);
    }

    AuthorityStorage authority() {
        return shared.<AuthorityStorage>map(state -> new AuthorityEntries(state.leading()))
                .orElseGet(() -> new AuthorityFiles(directory));
    }
}
