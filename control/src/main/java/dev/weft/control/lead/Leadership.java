package dev.weft.control.lead;

import java.util.Optional;

/**
 * Tells whether this control plane is the leader of its trust domain. The leader alone does what changes trust:
 * rotations, the sequences of bundles, fetching other trust domains' bundles. Every control plane issues certificates
 * and serves streams.
 *
 * <p>Leadership may have ended before its holder acts on it. So a shared store refuses the writes of a former leader by
 * itself.
 */
public interface Leadership {

    /** The leadership of a control plane without others: it always leads. */
    Leadership ALONE = new Leadership() {
        @Override
        public boolean leads() {
            return true;
        }

        @Override
        public Optional<String> leader() {
            return Optional.empty();
        }

        @Override
        public void onChange(Runnable listener) {}
    };

    /** Whether this control plane leads now. */
    boolean leads();

    /** Returns the leader's pod name; empty if it is unknown, or if there are no other control planes. */
    Optional<String> leader();

    /** Sets a listener for each change of the leader. It is called on any thread and must be short. */
    void onChange(Runnable listener);
}
