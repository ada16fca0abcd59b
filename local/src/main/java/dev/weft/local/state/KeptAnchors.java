package dev.weft.local.state;

import dev.weft.identity.trust.SpkiFingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * Which of a mesh's anchors have a key that an operator keeps. Of any other the key was forgotten when the anchor was made. Only
 * the fact is kept here, never a key or where one is.
 */
public final class KeptAnchors {

    private final Path file;

    /** Those of this mesh. */
    public KeptAnchors(MeshState state) {
        this.file = state.keptAnchors();
    }

    /**
     * Whether an operator keeps the key.
     *
     * @param keySha256 of the anchor's public key, hexadecimal
     * @throws IOException if the file cannot be read
     */
    public boolean contains(String keySha256) throws IOException {
        return keys().contains(keySha256);
    }

    /**
     * From now on an operator keeps the key of this one.
     *
     * @throws IOException if the file cannot be written
     */
    public void add(X509Certificate anchor) throws IOException {
        List<String> keys = new ArrayList<>(keys());
        String key = SpkiFingerprint.of(anchor.getPublicKey()).hex();
        if (!keys.contains(key)) {
            keys.add(key);
            StateFiles.write(file, String.join("\n", keys) + "\n");
        }
    }

    private List<String> keys() throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }
}
