package dev.weft.cli.command.kubernetes;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.kubernetes.manifest.InvalidManifestException;
import dev.weft.kubernetes.manifest.YamlText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files of manifests, and reports what is wrong with one. */
final class ManifestFiles {

    private static final String STANDARD_INPUT = "-";

    private ManifestFiles() {}

    /**
     * Returns the text of a file; {@code -} is standard input.
     *
     * @throws CommandFailure if it cannot be read, or is too long (WEFT-L300)
     */
    static String read(Path file) {
        try (InputStream in = isInput(file) ? System.in : Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(YamlText.MAX_CHARACTERS + 1);
            if (bytes.length > YamlText.MAX_CHARACTERS) {
                throw invalid(file, "longer than " + YamlText.MAX_CHARACTERS + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw CommandFailure.invalidFile(
                    "WEFT-L300",
                    Files.exists(file) ? file + " cannot be read: " + e.getMessage() : "there is no file " + file,
                    "see 'ls -l " + file + "'");
        }
    }

    static CommandFailure invalid(Path file, InvalidManifestException e) {
        return invalid(file, String.valueOf(e.getMessage()));
    }

    private static CommandFailure invalid(Path file, String reason) {
        return CommandFailure.invalidFile(
                "WEFT-L300",
                (isInput(file) ? "standard input" : file) + " is no YAML of Kubernetes objects: " + reason,
                "'kubectl apply --dry-run=client -f FILE' reads it, too");
    }

    private static boolean isInput(Path file) {
        return file.toString().equals(STANDARD_INPUT);
    }
}
