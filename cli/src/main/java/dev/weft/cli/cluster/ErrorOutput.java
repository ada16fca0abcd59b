package dev.weft.cli.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The last part of what programs wrote to their standard error. Safe for use by several threads. */
final class ErrorOutput {

    private static final int BUFFER_BYTES = 4 * 1024;
    private static final int MOST_CHARACTERS = 2_000;

    private final StringBuilder last = new StringBuilder(); // guarded by itself

    void readAll(InputStream errors) {
        try (errors) {
            byte[] buffer = new byte[BUFFER_BYTES];
            int length;
            while ((length = errors.read(buffer)) >= 0) {
                add(new String(buffer, 0, length, StandardCharsets.UTF_8));
            }
        } catch (IOException _) {
            // The program has ended, or was destroyed.
        }
    }

    void add(String text) {
        synchronized (last) {
            last.append(text);
            last.delete(0, Math.max(0, last.length() - MOST_CHARACTERS));
        }
    }

    /** Returns the text, without blanks around it; empty if there is none. */
    String text() {
        synchronized (last) {
            return last.toString().strip();
        }
    }
}
