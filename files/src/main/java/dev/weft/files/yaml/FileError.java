package dev.weft.files.yaml;

import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.registry.Source;
import java.nio.file.Path;

/**
 * Why a file is not in force.
 *
 * @param file the file
 * @param line where, from 1; 0 if it is about the whole file
 * @param object the kind and the name of the object that it is about, as {@code Workload shop/api}; empty if about none
 * @param reason what is wrong and what was expected
 */
public record FileError(Path file, int line, String object, String reason) {

    /** An error that is about no object. */
    public FileError(Path file, int line, String reason) {
        this(file, line, "", reason);
    }

    /** The object and the reason, without the place. */
    public String message() {
        return object.isEmpty() ? reason : object + ": " + reason;
    }

    /** The same in the words of every registry. */
    public LoadError loadError() {
        int space = object.indexOf(' ');
        return new LoadError(
                space < 0
                        ? Source.of(where())
                        : new Source(object.substring(0, space), object.substring(space + 1), where()),
                reason);
    }

    private String where() {
        return line == 0 ? file.toString() : file + ":" + line;
    }

    /** {@code file:line: object: reason}, as compilers print it. */
    @Override
    public String toString() {
        return where() + ": " + message();
    }
}
