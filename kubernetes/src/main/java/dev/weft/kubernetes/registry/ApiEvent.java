package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.ObjectName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;

/**
 * A change of one object that the API server reported.
 *
 * @param object the object as it is now, or as it was last
 * @param gone whether the object no longer exists
 */
record ApiEvent(WatchedKind kind, HasMetadata object, boolean gone) {

    /** Identifies the object that an event is about. */
    record Key(WatchedKind kind, ObjectName name) {}

    Key key() {
        return new Key(kind, kind.nameOf(object));
    }

    /** Returns the object as it is now; empty if it no longer exists. */
    <T extends HasMetadata> Optional<T> present(Class<T> type) {
        return gone ? Optional.empty() : Optional.of(type.cast(object));
    }
}
