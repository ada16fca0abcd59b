package dev.weft.proxy.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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
        return find(file)
                .orElseThrow(() -> new IOException(
                        "no certificate that has not ended, and token-file " + file + " has no join token"));
    }

    /** The token; empty where there is no file, or nothing in it. */
    static Optional<String> find(Path file) throws IOException {
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        if (Files.size(file) > MAX_TOKEN) {
            throw new IOException("token-file " + file + ": larger than " + MAX_TOKEN + " bytes");
        }
        return Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
    }
}
