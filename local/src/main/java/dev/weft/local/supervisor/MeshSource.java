package dev.weft.local.supervisor;

import java.util.List;

/** Where the supervisor learns what the mesh must be. */
interface MeshSource extends AutoCloseable {

    /** What it must be now: the last valid state. */
    MeshModel current();

    /** What is wrong with the file now, as {@code file:line: reason}. */
    List<String> errors();

    /** Calls back, from any thread, whenever one of the two may have changed. */
    void onChange(Runnable changed);

    @Override
    void close();
}
