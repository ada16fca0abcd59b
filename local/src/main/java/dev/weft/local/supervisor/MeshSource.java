package dev.weft.local.supervisor;

import java.util.List;

/** The source of the wanted state of the mesh. */
interface MeshSource extends AutoCloseable {

    /** Returns the wanted state now: the last valid state. */
    MeshModel current();

    /** Returns the errors that the file has now, as {@code file:line: reason}. */
    List<String> errors();

    /**
     * Registers a callback for changes of the state or the errors. It may be called from any thread, also without a
     * change.
     */
    void onChange(Runnable changed);

    @Override
    void close();
}
