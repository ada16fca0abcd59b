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
 * Records for which of a mesh's anchors an operator keeps the private key. The keys of all other anchors were discarded
 * when the anchors were created. Only the fact is stored, never a key or its location.
 */
public final class KeptAnchors {

    private final Path file;

    /** Opens the record of this mesh. */
    public KeptAnchors(MeshState state) {
        this.file = state.keptAnchors();
    }

    /**
     * Whether an operator keeps the private key of an anchor.
     *
     * @param keySha256 SHA-256 of the anchor's public key, in hexadecimal
     * @throws IOException if the file cannot be read
     */
    public boolean contains(String keySha256) throws IOException {
        return keys().contains(keySha256);
    }

    /**
     * Records that an operator keeps the private key of this anchor.
     *
     * @throws IOException if the file cannot be read or written
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
