package dev.weft.local.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The file that describes a mesh, checked before anything is started. */
final class MeshFile {

    private MeshFile() {}

    static void check(Path file) throws MeshStartException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new MeshStartException("%s cannot be read (expected: a YAML file)".formatted(file), List.of());
        }
    }
}
