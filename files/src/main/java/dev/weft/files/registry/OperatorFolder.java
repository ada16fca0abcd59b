package dev.weft.files.registry;

/** Who reads the folder of files that the control plane writes for operators. */
public interface OperatorFolder {

    /**
     * Hears of a file before it is written, so that what is known need not be read: to read thousands of objects takes far
     * longer than to write them.
     */
    void announce(WrittenFile file);

    /** Looks for changes now; those that are whole are in force, and have been told of, when this returns. */
    void look();
}
