package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.ObjectName;
import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * What the API server told of one object.
 *
 * @param object as it is now, or as it was last
 * @param gone whether it is no longer there
 */
record ApiEvent(Kind kind, HasMetadata object, boolean gone) {

    /** Which object it is about. */
    record Key(Kind kind, ObjectName name) {}

    Key key() {
        return new Key(kind, kind.nameOf(object));
    }
}
