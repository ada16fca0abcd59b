package dev.weft.kubernetes.election;

import java.io.IOException;

/** Keeps former leaders from writing. */
public interface Fence {

    /** The highest term in which something was written; 0 if none. */
    long highestTerm() throws IOException;

    /** Has everything that leaders write refuse from now on what is written in an earlier term. */
    void raise(long term) throws IOException;
}
