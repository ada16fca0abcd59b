package dev.weft.mesh.registry;

import java.util.List;

/** Where the objects of the mesh come from. */
public interface Registry extends AutoCloseable {

    /** The state in force now. */
    Snapshot current();

    /** What is refused now; the last valid state of it stays in force. */
    List<LoadError> errors();

    /**
     * What does not count and may have counted before this process began, as it is not known what it said: to serve anyone
     * without it would be to serve by looser policy.
     */
    List<LoadError> unknown();

    /**
     * Where an object in force is said.
     *
     * @param kind as {@code Workload}
     * @param name {@code namespace/name} if it belongs to a namespace
     */
    Source source(String kind, String name);

    /**
     * Tells of each change of the state or of the errors, one at a time, on the registry's own thread or on one that looks.
     *
     * @return ends the subscription
     */
    Subscription subscribe(Listener listener);

    @Override
    void close();

    /** Hears of changes. */
    @FunctionalInterface
    interface Listener {
        /**
         * Called after a change; must not block for long.
         *
         * @param now the state in force
         * @param since what differs from the state that the listeners were told of before; empty if only the errors do, or what is beside the objects
         */
        void changed(Snapshot now, Changes since);
    }

    /** A running subscription. */
    @FunctionalInterface
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
