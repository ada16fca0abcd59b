package dev.weft.control.lead;

import java.util.Optional;

/**
 * Whether this control plane is the leader in its trust domain. What changes trust is the leader's: rotations, the sequences of
 * bundles, what is fetched of other trust domains. Certificates are issued, and streams served, by every one.
 *
 * <p>That somebody leads may have ended by the time that it is acted upon. So a store that several share refuses the writes of a
 * former leader by itself.
 */
public interface Leadership {

    /** That of a control plane without others: it leads always. */
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

    /** Whether it leads now. */
    boolean leads();

    /** Who leads, by the name of the pod; empty if that is not known, or if there are no others. */
    Optional<String> leader();

    /** Has the listener called after each change of who leads; on any thread, and not for long. */
    void onChange(Runnable listener);
}
