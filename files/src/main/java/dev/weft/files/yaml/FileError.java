package dev.weft.files.yaml;

import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.registry.Source;
import java.nio.file.Path;

/**
 * An error that keeps a file from being in force.
 *
 * @param line line of the error, from 1; 0 for an error of the whole file
 * @param object kind and name of the object with the error, such as {@code Workload shop/api}; empty for an error
 *     outside of objects
 * @param reason what is wrong and what was expected
 */
public record FileError(Path file, int line, String object, String reason) {

    /** Creates an error outside of objects. */
    public FileError(Path file, int line, String reason) {
        this(file, line, "", reason);
    }

    /** Returns the object and the reason, without the place. */
    public String message() {
        return object.isEmpty() ? reason : object + ": " + reason;
    }

    /** Converts the error to the form of all registries. */
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

    /** Returns {@code file:line: object: reason}, in the style of compilers. */
    @Override
    public String toString() {
        return where() + ": " + message();
    }
}
