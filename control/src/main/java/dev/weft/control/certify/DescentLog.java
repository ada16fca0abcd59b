package dev.weft.control.certify;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Permanent storage of descents. Safe for use by several threads. */
interface DescentLog extends AutoCloseable {

    /** Holds the descents in memory, and is called when other control planes change them. */
    @FunctionalInterface
    interface Keeper {
        /**
         * Takes what has changed.
         *
         * @param learned descents that another control plane wrote
         * @param forgotten descents that are no longer stored
         */
        void changed(List<Descent> learned, List<Descent> forgotten);
    }

    /** Starts to report what other control planes write, if there are any. To be called once, after {@link #read}. */
    void follow(Keeper keeper);

    /**
     * Reads the stored descents.
     *
     * @throws dev.weft.mesh.state.StateException if some are damaged or missing: certificates that are revoked because
     *     of them would be trusted again
     */
    void read(Consumer<Descent> found) throws IOException;

    /**
     * Adds a descent and returns its mark. It is stored once {@link #awaitStored} has returned for that mark. Returns
     * at once.
     */
    long append(Descent descent) throws IOException;

    /**
     * Waits until the descent of this mark is stored. Callers that wait at the same time share one write.
     *
     * @throws IOException if it cannot be stored. After that it may be missing from the log, although later descents
     *     are stored.
     */
    void awaitStored(long mark) throws IOException;

    /**
     * Replaces the stored descents, where a sole writer can do so. No descent may be appended at the same time.
     *
     * @param live the descents that are not forgotten
     */
    void replace(List<Descent> live) throws IOException;

    /** Tidies the storage. To be called every minute. */
    void tidy() throws IOException;

    @Override
    void close() throws IOException;
}
