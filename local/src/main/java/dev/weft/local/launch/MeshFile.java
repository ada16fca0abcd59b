package dev.weft.local.launch;

import dev.weft.files.yaml.FileError;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Checks the file that describes a mesh, before anything is started. */
final class MeshFile {

    private MeshFile() {}

    static void check(Path file) throws MeshStartException {
        if (!Files.isReadable(file) || !Files.isRegularFile(file)) {
            throw new MeshStartException(
                    "%s cannot be read (expected: a YAML file, which the mesh then follows)".formatted(file),
                    List.of());
        }
        Parsed parsed = RegistryFiles.parse(file);
        if (!parsed.valid()) {
            throw new MeshStartException(
                    "%s is not valid; nothing was started".formatted(file),
                    parsed.errors().stream().map(FileError::toString).toList());
        }
    }
}
