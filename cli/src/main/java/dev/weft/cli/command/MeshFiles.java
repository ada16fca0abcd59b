package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file of a mesh, looked at before anything is done with it. */
final class MeshFiles {

    private MeshFiles() {}

    static void check(Path file) {
        if (!Files.exists(file)) {
            throw new CommandFailure(
                    ExitCode.INVALID_FILE, "WEFT-L111", "there is no file " + file, "README.md has one to start from");
        }
        if (Files.isDirectory(file) || !Files.isReadable(file)) {
            throw new CommandFailure(
                    ExitCode.INVALID_FILE, "WEFT-L111", file + " cannot be read (expected: a YAML file)");
        }
    }
}
