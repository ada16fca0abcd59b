package dev.weft.daemon.text;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Stands for a text where only equality counts, so that many texts of any length can be remembered. */
public final class Fingerprint {

    private Fingerprint() {}

    /**
     * Returns the first 64 bits of the text's SHA-256. Unlike {@link String#hashCode}, it is not equal for two texts that
     * differ only a little, or that somebody chose to be taken for each other.
     */
    public static long of(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is in every Java", e);
        }
    }
}
