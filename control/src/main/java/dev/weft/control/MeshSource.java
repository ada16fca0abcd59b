package dev.weft.control;

import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.MeshState;
import dev.weft.mesh.registry.OperatorObjects;
import dev.weft.mesh.registry.Snapshot;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Where a control plane has the mesh from: the registry, with the trust bundles added. */
public interface MeshSource extends AutoCloseable {

    /** Opens the source that the settings name. */
    @FunctionalInterface
    interface Opener {
        /**
         * Opens it.
         *
         * @throws IOException if it cannot be read
         */
        MeshSource open(ControlSettings settings, TrustSource trust, Clock clock) throws IOException;
    }

    /** Tells the state now, and from then on at each change. Called once. */
    void start(Consumer<MeshState> listener);

    /** Tells the state again, as after a change of the trust bundles. */
    void publish();

    /** Drops what has come to its end, as revocations do. */
    void passTime();

    /** The objects that operators make. */
    OperatorObjects operators();

    /** The objects in force now. */
    Snapshot objects();

    /** What is wrong with the objects now, each as fields for the admin page. */
    List<Map<String, Object>> errors();

    /** Objects that are whole and left out of force all the same, as {@code file:line: reason}. */
    List<String> refusals();

    @Override
    void close();
}
