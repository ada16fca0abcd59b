package dev.weft.kubernetes.election;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of a replica that must know whether it is the leader. They are informed of each change once. */
final class LeadershipListeners {

    private static final Logger LOG = LoggerFactory.getLogger(LeadershipListeners.class);

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private boolean known; // used by the election's thread only: the state that listeners know

    /** Adds a listener. Safe to call from any thread. */
    void add(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * Informs all listeners if the state has changed. A listener that fails does not keep the others from running.
     *
     * @param leader name of the leader, for the log; empty if there is none
     */
    void report(boolean leads, String leader) {
        if (leads == known) {
            return;
        }
        known = leads;
        LOG.atInfo()
                .addKeyValue("leader", leader)
                .log(leads ? "this replica is the leader" : "this replica is no longer the leader");
        for (Runnable listener : listeners) {
            try {
                listener.run();
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("a change of the leader did not reach every part of this replica");
            }
        }
    }
}
