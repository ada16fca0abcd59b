package dev.weft.files.yaml;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.Snapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What one file says.
 *
 * @param file the file
 * @param objects its objects; not to be used when there are errors
 * @param programs how the program of each of its workloads is run
 * @param lines where each object begins, by kind and name
 * @param errors what is wrong with it; the file counts only without any
 * @param documents what was read of each of its documents
 */
public record Parsed(
        Path file,
        Snapshot objects,
        Map<ObjectName, ProgramSpec> programs,
        Map<String, Integer> lines,
        List<FileError> errors,
        Documents documents) {

    public Parsed {
        programs = Map.copyOf(programs);
        lines = Map.copyOf(lines);
        errors = List.copyOf(errors);
    }

    /** Of a file without workloads, whose documents are not kept. */
    public Parsed(Path file, Snapshot objects, Map<String, Integer> lines, List<FileError> errors) {
        this(file, objects, Map.of(), lines, errors, Documents.NONE);
    }

    /** Whether the file may be used. */
    public boolean valid() {
        return errors.isEmpty();
    }

    /** Whether it says nothing at all. */
    public boolean saysNothing() {
        return objects.equals(Snapshot.EMPTY);
    }
}
