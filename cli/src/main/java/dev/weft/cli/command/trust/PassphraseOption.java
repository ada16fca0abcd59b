package dev.weft.cli.command.trust;

import dev.weft.cli.command.Session;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.screen.TerminalPrompt;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The passphrase of an anchor's key: from a file, from the environment, or typed without echo. */
public final class PassphraseOption {

    /** The environment variable with the passphrase, if there is neither a file nor a terminal. */
    static final String VARIABLE = "WEFT_PASSPHRASE";

    /** Fewest characters of a new passphrase. */
    static final int SHORTEST = 8;

    private static final int MAX_FILE_BYTES = 1024;

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description =
                    "holds the passphrase of the anchor's key in its first line. Default: $WEFT_PASSPHRASE, else asked"
                            + " for.")
    private @Nullable Path file;

    /** Returns the passphrase of an existing key; fails if there is none (WEFT-T001). */
    char[] existing(Session session, Path key) {
        return given(session).or(() -> ask("Passphrase of " + key)).orElseThrow(PassphraseOption::none);
    }

    /**
     * Returns the passphrase for a new key; a typed one must be typed twice.
     *
     * @throws CommandFailure if there is none (WEFT-T001), it is too short, or the second input differs (WEFT-T002)
     */
    char[] chosen(Session session, Path key) {
        Optional<char[]> given = given(session);
        if (given.isPresent()) {
            return longEnough(given.get());
        }
        char[] first = longEnough(ask("Passphrase for " + key).orElseThrow(PassphraseOption::none));
        char[] second = ask("The same passphrase again").orElseThrow(PassphraseOption::none);
        boolean same = Arrays.equals(first, second);
        Arrays.fill(second, '\0');
        if (!same) {
            throw CommandFailure.misuse("WEFT-T002", "the two passphrases differ", "nothing was written: try again");
        }
        return first;
    }

    private Optional<char[]> given(Session session) {
        if (file != null) {
            return Optional.of(firstLine(file));
        }
        return Optional.ofNullable(session.environment().get(VARIABLE))
                .filter(value -> !value.isEmpty())
                .map(String::toCharArray);
    }

    private static Optional<char[]> ask(String question) {
        try {
            return TerminalPrompt.secret(question + ":");
        } catch (UncheckedIOException e) {
            throw CommandFailure.misuse(
                    "WEFT-T001",
                    "there is no passphrase: " + e.getMessage(),
                    "give it in a file: --passphrase-file FILE");
        }
    }

    private static char[] longEnough(char[] passphrase) {
        if (passphrase.length < SHORTEST) {
            throw CommandFailure.misuse(
                    "WEFT-T002",
                    "the passphrase has " + passphrase.length + " characters (expected: " + SHORTEST + " or more)",
                    "a person with the anchor's key can impersonate every workload of the mesh: use several words");
        }
        return passphrase;
    }

    private static char[] firstLine(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES);
            int end = 0;
            while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
                end++;
            }
            if (end == 0 || end == MAX_FILE_BYTES) {
                throw CommandFailure.misuse(
                        "WEFT-T001",
                        "the first line of " + file + " is no passphrase (expected: 1-" + (MAX_FILE_BYTES - 1)
                                + " bytes)",
                        "see 'ls -l " + file + "'");
            }
            return TerminalPrompt.decode(bytes, end);
        } catch (IOException e) {
            throw AnchorFiles.unreadable(file, e);
        }
    }

    private static CommandFailure none() {
        return CommandFailure.misuse(
                "WEFT-T001",
                "there is no passphrase, and no terminal to ask for it",
                "give it in a file: --passphrase-file FILE, or in $" + VARIABLE);
    }
}
