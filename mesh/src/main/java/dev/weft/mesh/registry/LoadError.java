package dev.weft.mesh.registry;

import java.nio.file.Path;

/**
 * Why a file is not in force.
 *
 * @param file the file
 * @param line where, from 1; 0 if it is about the whole file
 * @param reason what is wrong and what was expected
 */
public record LoadError(Path file, int line, String reason) {

    /** {@code file:line: reason}, as compilers print it. */
    @Override
    public String toString() {
        return line == 0 ? file + ": " + reason : file + ":" + line + ": " + reason;
    }
}
