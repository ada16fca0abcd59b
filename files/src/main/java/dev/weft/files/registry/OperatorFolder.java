package dev.weft.files.registry;

import static java.util.Objects.requireNonNull;

import dev.weft.files.yaml.Parsed;

/** The reader of the folder with the files that the control plane writes for operators. */
public interface OperatorFolder {
    /**
     * A file that the control plane writes for operators, with its content already parsed.
     *
     * @param text content of the file
     * @param parsed the result that parsing the text would give
     */
    record WrittenFile(String text, Parsed parsed) {
        public WrittenFile {
            requireNonNull(text, "text");
            requireNonNull(parsed, "parsed");
        }
    }

    /**
     * Receives a file before it is written, so that its known content need not be parsed: parsing thousands of objects
     * takes far longer than writing them.
     */
    void announce(WrittenFile file);

    /** Looks for changes now. When the method returns, valid changes are in force, and listeners were called. */
    void rescan();
}
