package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.screen.Human;
import dev.weft.files.registry.FileRegistry;
import dev.weft.files.yaml.FileError;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.mesh.registry.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads and checks mesh files before a command uses them. */
public final class MeshFiles {

    /** Most errors shown at once. */
    private static final int MOST_ERRORS = 10;

    private MeshFiles() {}

    /**
     * Returns the objects of a file.
     *
     * @param addresses the file of addresses that the running mesh assigned
     * @throws CommandFailure with every error, if there is any
     */
    public static Snapshot read(Path file, Optional<Path> addresses) {
        readable(file);
        Snapshot objects = valid(RegistryFiles.parse(file), file);
        return addresses
                .filter(Files::isReadable)
                .map(RegistryFiles::parse)
                .filter(Parsed::valid)
                .map(given -> objects.withAddresses(given.objects().addresses()))
                .orElse(objects);
    }

    /**
     * Reads the files of one mesh, including all YAML files of the given folders.
     *
     * @throws CommandFailure with every error, if there is any
     */
    public static List<Parsed> readAll(List<Path> given) {
        List<Parsed> files =
                given.stream().flatMap(MeshFiles::expand).map(MeshFiles::parse).toList();
        List<FileError> errors = new ArrayList<>();
        Map<String, Path> seen = new HashMap<>();
        for (Parsed file : files) {
            errors.addAll(file.errors());
            file.lines().forEach((object, line) -> {
                Path other = seen.putIfAbsent(object, file.file());
                if (other != null) {
                    errors.add(new FileError(file.file(), line, object, "also in " + other));
                }
            });
        }
        if (!errors.isEmpty()) {
            throw invalid(Human.count(files.size(), "file"), errors);
        }
        return files;
    }

    private static Stream<Path> expand(Path given) {
        if (!Files.isDirectory(given)) {
            return Stream.of(given);
        }
        try (Stream<Path> entries = Files.list(given)) {
            return entries.filter(FileRegistry::isYaml).sorted().toList().stream();
        } catch (IOException e) {
            throw CommandFailure.invalidFile("WEFT-L111", given + " cannot be listed: " + e);
        }
    }

    private static void readable(Path file) {
        if (!Files.exists(file)) {
            throw CommandFailure.invalidFile("WEFT-L111", "there is no file " + file, "README.md has an example");
        }
        if (Files.isDirectory(file) || !Files.isReadable(file)) {
            throw CommandFailure.invalidFile(
                    "WEFT-L111", file + " cannot be read (expected: a YAML file)", "see 'ls -l " + file + "'");
        }
    }

    private static Parsed parse(Path file) {
        readable(file);
        return RegistryFiles.parse(file);
    }

    private static Snapshot valid(Parsed parsed, Path file) {
        if (parsed.valid()) {
            return parsed.objects();
        }
        throw invalid(file.toString(), parsed.errors());
    }

    private static CommandFailure invalid(String where, List<FileError> errors) {
        List<String> lines = new ArrayList<>(errors.stream()
                .sorted(Comparator.comparing(FileError::file).thenComparingInt(FileError::line))
                .limit(MOST_ERRORS)
                .map(FileError::toString)
                .toList());
        if (errors.size() > MOST_ERRORS) {
            lines.add("and " + (errors.size() - MOST_ERRORS) + " more");
        }
        return CommandFailure.invalidFile(
                "WEFT-L110",
                errors.size() == 1 ? where + " has an error" : where + " has " + errors.size() + " errors",
                lines.toArray(String[]::new));
    }
}
