package dev.weft.daemon.text;

import dev.weft.identity.keys.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Stands for a text where only equality counts, so that many texts of any length can be remembered. */
public final class Fingerprint {

    private Fingerprint() {}

    /**
     * Returns the first 64 bits of the text's SHA-256. Unlike {@link String#hashCode}, it is not equal for two texts that
     * differ only a little, or that somebody chose to be taken for each other.
     */
    public static long of(String text) {
        byte[] digest = Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(digest).getLong();
    }
}
