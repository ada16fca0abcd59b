package dev.weft.control.registry;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What one file says.
 *
 * @param file the file
 * @param objects its objects; not to be used when there are errors
 * @param lines where each object begins, by kind and name
 * @param errors what is wrong with it; the file counts only without any
 */
public record Parsed(Path file, Snapshot objects, Map<String, Integer> lines, List<LoadError> errors) {

    public Parsed {
        lines = Map.copyOf(lines);
        errors = List.copyOf(errors);
    }

    /** Whether the file may be used. */
    public boolean valid() {
        return errors.isEmpty();
    }

    /** Kinds and names that another file has too. */
    TreeSet<String> sharedWith(Parsed other) {
        TreeSet<String> shared = new TreeSet<>(lines.keySet());
        shared.retainAll(other.lines.keySet());
        return shared;
    }
}
