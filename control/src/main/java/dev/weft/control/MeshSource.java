package dev.weft.control;

import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.MeshState;
import dev.weft.mesh.registry.OperatorObjects;
import dev.weft.mesh.registry.Snapshot;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The source of a control plane's mesh: the registry, with the trust bundles added. */
public interface MeshSource extends AutoCloseable {

    /** Opens the source that the settings name. */
    @FunctionalInterface
    interface Opener {
        /**
         * Opens the source.
         *
         * @throws IOException if it cannot be read
         */
        MeshSource open(ControlSettings settings, TrustSource trust, Clock clock) throws IOException;
    }

    /** Passes the state to the listener now, and again at each change. Called once. */
    void start(Consumer<MeshState> listener);

    /** Passes the state to the listener again, for example after a change of the trust bundles. */
    void publish();

    /** Drops objects that have expired, such as revocations. */
    void dropEnded();

    /** Returns the objects that operators make. */
    OperatorObjects operators();

    /** Returns the objects in force now. */
    Snapshot objects();

    /** Returns what is wrong with the objects now, each error as fields for the admin page. */
    List<Map<String, Object>> errors();

    /** Returns the objects that are valid but are kept out of force, as {@code file:line: reason}. */
    List<String> refusals();

    /** Returns what is wrong with the objects now, without the {@link #refusals}, as {@code where: kind name: reason}. */
    List<String> otherErrors();

    /**
     * Returns the workloads that should be gone, as {@code namespace/name}: {@link
     * dev.weft.mesh.registry.Registry#overdue}.
     */
    default Set<String> overdue(Instant now) {
        return Set.of();
    }

    @Override
    void close();
}
