package dev.weft.control.certify;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Where descents are kept. Safe for use by several threads. */
interface DescentLog extends AutoCloseable {

    /** Who keeps them in memory, and is told what others have written. */
    interface Keeper {
        /** Another control plane wrote these. */
        void learned(List<Descent> descents);

        /** These are kept no more. */
        void forgotten(List<Descent> descents);
    }

    /** Begins to tell of what others write, if others do. To be called once, after {@link #read}. */
    void follow(Keeper keeper);

    /**
     * Reads those that are there.
     *
     * @throws dev.weft.mesh.state.StateException if some are damaged or missing: what is revoked by them would be trusted again
     */
    void read(Consumer<Descent> found) throws IOException;

    /** Takes one more. It is kept when {@link #settle} of what this returns has returned. Returns at once. */
    long append(Descent descent) throws IOException;

    /**
     * Returns when all is kept that was appended up to there. Callers that wait at the same time share one write.
     *
     * @throws IOException if it cannot be kept
     */
    void settle(long mark) throws IOException;

    /**
     * Has these, and no others, be all that is kept, where a sole writer can do so. Nothing is appended meanwhile.
     *
     * @param live what is not forgotten
     */
    void replace(List<Descent> live) throws IOException;

    /** Puts in order what is kept. To be called every minute. */
    void tidy() throws IOException;

    @Override
    void close() throws IOException;
}
