package dev.weft.proxy.identity;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file with the token by which a certificate is asked for: read again for each use, as the provider of tokens may have
 * put another there.
 *
 * @param kind whose token it is
 */
public record TokenFile(Path path, Kind kind) {

    /** What kinds of token there are. */
    public enum Kind {
        /** Of the mesh: good for one certificate. */
        JOIN("token-file", "join token"),
        /** Of the platform that the workload runs on: good for as many certificates as wanted until it ends. */
        WORKLOAD("workload-token-file", "workload token");

        private final String flag;
        private final String noun;

        Kind(String flag, String noun) {
            this.flag = flag;
            this.noun = noun;
        }
    }

    /** The longest that is read, in bytes. */
    private static final long MAX_TOKEN = 16 * 1024;

    public TokenFile {
        requireNonNull(path, "path");
        requireNonNull(kind, "kind");
    }

    /** A token of the file. */
    record Token(String value, Kind kind) {
        /** Without the token. */
        @Override
        public String toString() {
            return "Token[" + kind + ", hidden]";
        }
    }

    /** The token; where there is none, that is a failure. */
    Token read() throws IOException {
        return find().orElseThrow(() -> new NoProofException(
                "no certificate that has not ended, and " + kind.flag + " " + path + " has no " + kind.noun));
    }

    /** The token; empty where there is no file, or nothing in it. */
    Optional<Token> find() throws IOException {
        if (Files.notExists(path)) {
            return Optional.empty();
        }
        if (Files.size(path) > MAX_TOKEN) {
            throw new IOException(kind.flag + " " + path + ": larger than " + MAX_TOKEN + " bytes");
        }
        return Optional.of(Files.readString(path).strip())
                .filter(token -> !token.isEmpty())
                .map(token -> new Token(token, kind));
    }
}
