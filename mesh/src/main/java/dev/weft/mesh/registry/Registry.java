package dev.weft.mesh.registry;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/** A source of the objects of the mesh. */
public interface Registry extends AutoCloseable {

    /** Returns the state that is in force now. */
    Snapshot current();

    /** Returns the objects that are refused now. The last valid state of each stays in force. */
    List<LoadError> errors();

    /**
     * Returns the refused objects that may have been in force before this process began. Their earlier content is not
     * known; serving without them could mean a looser policy, so no client may be served.
     */
    List<LoadError> unknown();

    /**
     * Returns the workloads of the present state that should be gone: their platform is deleting them, and the time that
     * they have to end is over. Such a workload remains if its machine does not answer its platform, for example. By
     * default there are none.
     *
     * @return names as {@code namespace/name}
     */
    default Set<String> overdue(Instant now) {
        return Set.of();
    }

    /**
     * Returns where an object in force is written.
     *
     * @param kind such as {@code Workload}
     * @param name {@code namespace/name} if the object belongs to a namespace
     */
    Source source(String kind, String name);

    /**
     * Subscribes a listener to changes of the state or of the errors. Calls come one at a time, on the registry's own
     * thread or on a thread that reads from it.
     *
     * @return ends the subscription
     */
    Subscription subscribe(Listener listener);

    @Override
    void close();

    /** Receives changes. */
    @FunctionalInterface
    interface Listener {
        /**
         * Called after a change; must not block for long.
         *
         * @param now the state in force
         * @param since the differences from the state in the previous call; empty if only errors changed, or something
         *     besides the objects
         */
        void changed(Snapshot now, Changes since);
    }

    @FunctionalInterface
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
