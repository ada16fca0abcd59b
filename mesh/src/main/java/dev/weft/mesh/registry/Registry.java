package dev.weft.mesh.registry;

import java.util.List;

/** Where the objects of the mesh come from. */
public interface Registry extends AutoCloseable {

    /** The state in force now. */
    Snapshot current();

    /** What is refused now; the last valid state of each such file stays in force. */
    List<LoadError> errors();

    /**
     * What does not count and may have counted before this process began, as nobody knows what it said: to serve anybody
     * without it would be to serve by looser policy.
     */
    List<LoadError> unknown();

    /**
     * Why an object that is whole is left out of force all the same, with the place where it is said.
     *
     * @param object kind and name
     */
    LoadError refusal(String object, String reason);

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
        /** Called after a change; must not block for long. */
        void changed(Snapshot snapshot, List<LoadError> errors);
    }

    /** A running subscription. */
    @FunctionalInterface
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
