package dev.weft.kubernetes.election;

import java.io.IOException;

/** Stops former leaders from writing. */
public interface Fence {

    /** Returns the highest term in which something was written; 0 if none. */
    long highestTerm() throws IOException;

    /** From now on, refuses writes of earlier terms for everything that leaders write. */
    void raise(long term) throws IOException;
}
