package dev.weft.local.supervisor;

import dev.weft.local.state.StateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * Sees to it that every sidecar's token file holds a join token that is still good. A token is used once and then gone from the
 * control plane's directory; the sidecar may need another one at any time, as when it restarts or its certificate has ended.
 */
final class TokenKeeper {

    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final Duration RENEW_BEFORE = Duration.ofMinutes(20);

    /** Makes a token for an identity. */
    interface Tokens {
        String create(String identity, Duration lifetime) throws IOException;
    }

    private record Kept(String identity, Path file, String token, Instant renewAt) {}

    private final Tokens tokens;
    private final Path directory;
    private final Clock clock;
    private final Map<WorkloadName, Kept> kept = new HashMap<>();

    /** @param directory where an unused token has a file named by its hash */
    TokenKeeper(Tokens tokens, Path directory, Clock clock) {
        this.tokens = tokens;
        this.directory = directory;
        this.clock = clock;
    }

    /** Makes sure that this file holds a good token for this workload, now and at each {@link #refresh}. */
    synchronized void ensure(WorkloadName name, String identity, Path file) throws IOException {
        Kept before = kept.get(name);
        boolean good = before != null
                && before.identity().equals(identity)
                && before.file().equals(file)
                && clock.instant().isBefore(before.renewAt())
                && Files.exists(directory.resolve(hash(before.token()) + ".json"))
                && Files.exists(file);
        if (!good) {
            String token = tokens.create(identity, LIFETIME);
            StateFiles.write(file, token + "\n");
            kept.put(
                    name,
                    new Kept(
                            identity,
                            file,
                            token,
                            clock.instant().plus(LIFETIME).minus(RENEW_BEFORE)));
        }
    }

    /** Renews what was used up or is about to end. */
    synchronized void refresh() throws IOException {
        for (Map.Entry<WorkloadName, Kept> entry : Map.copyOf(kept).entrySet()) {
            ensure(entry.getKey(), entry.getValue().identity(), entry.getValue().file());
        }
    }

    /** Forgets a workload that is gone. */
    synchronized void forget(WorkloadName name) {
        kept.remove(name);
    }

    private static String hash(String token) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(token.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
