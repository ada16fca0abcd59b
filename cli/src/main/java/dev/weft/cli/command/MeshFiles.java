package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.control.registry.LoadError;
import dev.weft.control.registry.Parsed;
import dev.weft.control.registry.RegistryFiles;
import dev.weft.control.registry.Snapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The file of a mesh, read before anything is done with it. */
final class MeshFiles {

    /** More errors than these help nobody at once. */
    private static final int MOST_ERRORS = 10;

    private MeshFiles() {}

    /**
     * The objects of a file.
     *
     * @param addresses the file with the addresses that a running mesh gave to them
     * @throws CommandFailure with every error, when there is any
     */
    static Snapshot read(Path file, Optional<Path> addresses) {
        if (!Files.exists(file)) {
            throw new CommandFailure(
                    ExitCode.INVALID_FILE, "WEFT-L111", "there is no file " + file, "README.md has one to start from");
        }
        if (Files.isDirectory(file) || !Files.isReadable(file)) {
            throw new CommandFailure(
                    ExitCode.INVALID_FILE,
                    "WEFT-L111",
                    file + " cannot be read (expected: a YAML file)",
                    "see 'ls -l " + file + "'");
        }
        Snapshot objects = valid(RegistryFiles.parse(file), file);
        return addresses
                .filter(Files::isReadable)
                .map(RegistryFiles::parse)
                .filter(Parsed::valid)
                .map(given -> objects.withAddresses(given.objects().addresses()))
                .orElse(objects);
    }

    private static Snapshot valid(Parsed parsed, Path file) {
        if (parsed.valid()) {
            return parsed.objects();
        }
        int errors = parsed.errors().size();
        String[] lines = parsed.errors().stream()
                .limit(MOST_ERRORS)
                .map(LoadError::toString)
                .toArray(String[]::new);
        throw new CommandFailure(
                ExitCode.INVALID_FILE,
                "WEFT-L110",
                errors == 1 ? file + " has an error" : file + " has " + errors + " errors",
                lines);
    }
}
