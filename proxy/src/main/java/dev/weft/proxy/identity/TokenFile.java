package dev.weft.proxy.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The file with the join token: read anew for each use, as whoever provides tokens may have put another there. */
final class TokenFile {
    /** The longest that is read, in bytes. */
    private static final long MAX_TOKEN = 16 * 1024;

    private TokenFile() {}

    static String read(@Nullable Path file) throws IOException {
        if (file == null) {
            throw new IOException("no certificate and no token-file to get one with; set token-file");
        }
        if (Files.size(file) > MAX_TOKEN) {
            throw new IOException("token-file " + file + ": larger than " + MAX_TOKEN + " bytes");
        }
        String token = Files.readString(file).strip();
        if (token.isEmpty()) {
            throw new IOException("token-file " + file + ": empty (expected: a join token)");
        }
        return token;
    }
}
