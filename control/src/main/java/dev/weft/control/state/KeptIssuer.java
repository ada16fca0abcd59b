package dev.weft.control.state;

import dev.weft.daemon.json.Json;
import dev.weft.files.state.SealedFile;
import dev.weft.files.state.StateFiles;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.keys.Pem;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An issuer's two files, {@code issuer.pem} and {@code issuer-key.pem}, replaced as one: both are first in a third file, and
 * a process that died in between is made up for by the next one.
 */
final class KeptIssuer {

    private static final int MAX_FILE = 256 * 1024;

    private final Path directory;

    KeptIssuer(Path directory) {
        this.directory = directory;
    }

    Path chainFile() {
        return directory.resolve("issuer.pem");
    }

    Path keyFile() {
        return directory.resolve("issuer-key.pem");
    }

    /** Whether an installation was begun and not ended. */
    boolean interrupted() {
        return Files.exists(journal());
    }

    private Path journal() {
        return journalFile().path();
    }

    private SealedFile journalFile() {
        return SealedFile.passing(directory, "installing.json", MAX_FILE, StateFiles.PRIVATE);
    }

    String chain() throws IOException {
        return StateFiles.readPublic(chainFile(), MAX_FILE);
    }

    String key() throws IOException {
        return StateFiles.readPrivate(keyFile(), MAX_FILE);
    }

    void install(Issuer issuer) throws IOException {
        Map<String, Object> both = new LinkedHashMap<>();
        both.put("chain", Pem.encodeCertificates(issuer.chain()));
        both.put("key", Pem.encodePrivateKey(issuer.key()));
        journalFile().write(Json.write(both) + "\n");
        recover();
    }

    /** Ends an installation that was begun. */
    void recover() throws IOException {
        Pair pair;
        try {
            pair = journalFile().read(this::pair);
        } catch (NoSuchFileException _) {
            return;
        }
        StateFiles.write(keyFile(), pair.key(), StateFiles.PRIVATE);
        StateFiles.write(chainFile(), pair.chain(), StateFiles.PUBLIC);
        Files.delete(journal());
        StateFiles.sync(directory);
    }

    private record Pair(String chain, String key) {}

    private Pair pair(String text) {
        if (Json.read(text) instanceof Map<?, ?> both
                && both.get("chain") instanceof String chain
                && both.get("key") instanceof String key) {
            return new Pair(chain, key);
        }
        throw new StateException(journal() + " is damaged: delete it if issuer.pem and issuer-key.pem are a pair");
    }
}
