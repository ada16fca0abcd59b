package dev.weft.files.registry;

/** The reader of the folder with the files that the control plane writes for operators. */
public interface OperatorFolder {

    /**
     * Receives a file before it is written, so that its known content need not be parsed: parsing thousands of objects
     * takes far longer than writing them.
     */
    void announce(WrittenFile file);

    /** Looks for changes now. When the method returns, valid changes are in force, and listeners were called. */
    void rescan();
}
