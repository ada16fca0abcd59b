package dev.weft.files.yaml;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.Snapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The content of one file.
 *
 * @param objects its objects; not to be used if there are errors
 * @param programs how the program of each of its workloads is run
 * @param lines the line on which each object begins, by kind and name
 * @param errors the errors in the file; the file is in force only if there are none
 * @param documents the parsed documents of the file
 */
public record Parsed(
        Path file,
        Snapshot objects,
        Map<ObjectName, ProgramSpec> programs,
        Map<String, Integer> lines,
        List<FileError> errors,
        DocumentCache documents) {

    public Parsed {
        programs = Map.copyOf(programs);
        lines = Map.copyOf(lines);
        errors = List.copyOf(errors);
    }

    /** Creates the content of a file without workloads, whose documents are not kept. */
    public Parsed(Path file, Snapshot objects, Map<String, Integer> lines, List<FileError> errors) {
        this(file, objects, Map.of(), lines, errors, DocumentCache.NONE);
    }

    /** Whether the file may be used. */
    public boolean valid() {
        return errors.isEmpty();
    }

    /** Whether the file has no objects. */
    public boolean isEmpty() {
        return objects.equals(Snapshot.EMPTY);
    }
}
