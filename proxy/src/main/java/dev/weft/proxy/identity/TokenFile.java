package dev.weft.proxy.identity;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file with the token that proves the workload's identity when it requests a certificate. It is read again for each
 * use, because the provider of tokens may have replaced it.
 *
 * @param kind the kind of token in the file
 */
public record TokenFile(Path path, Kind kind) {

    /** The kinds of token. */
    public enum Kind {
        /** A token of the mesh: valid for one certificate. */
        JOIN("token-file", "join token"),
        /** A token of the platform that the workload runs on: valid for any number of certificates until it ends. */
        WORKLOAD("workload-token-file", "workload token");

        private final String flag;
        private final String noun;

        Kind(String flag, String noun) {
            this.flag = flag;
            this.noun = noun;
        }
    }

    /** Most bytes of a token file. */
    private static final long MAX_TOKEN = 16 * 1024;

    public TokenFile {
        requireNonNull(path, "path");
        requireNonNull(kind, "kind");
    }

    /** A token that was read from the file. */
    record Token(String value, Kind kind) {
        /** Leaves out the token's value. */
        @Override
        public String toString() {
            return "Token[" + kind + ", hidden]";
        }
    }

    /** Returns the token; a missing token is an error. */
    Token read() throws IOException {
        return find().orElseThrow(() -> new NoProofException(
                "no certificate that has not ended, and " + kind.flag + " " + path + " has no " + kind.noun));
    }

    /** Returns the token; empty if there is no file, or the file is empty. */
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
