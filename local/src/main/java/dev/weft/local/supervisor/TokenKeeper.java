package dev.weft.local.supervisor;

import dev.weft.identity.keys.Sha256;
import dev.weft.mesh.model.ObjectName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Ensures that every sidecar's token file holds a valid join token. A token can be used once, and is then removed from
 * the control plane's directory. A sidecar may need another one at any time, for example if it restarts or its
 * certificate has expired.
 */
final class TokenKeeper {

    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final Duration RENEW_BEFORE = Duration.ofMinutes(20);

    interface Tokens {
        String create(String identity, ObjectName workload, Duration lifetime) throws IOException;
    }

    /** Replaces a text atomically. */
    interface Write {
        void accept(String text) throws IOException;
    }

    /** The file in which a sidecar looks for its token. */
    record TokenFile(Path path, Write write) {}

    private record Kept(String identity, TokenFile file, String token, Instant renewAt) {}

    private final Tokens tokens;
    private final Path directory;
    private final Clock clock;
    private final Map<ObjectName, Kept> kept = new HashMap<>();

    /** @param directory directory in which each unused token has a file named by its hash */
    TokenKeeper(Tokens tokens, Path directory, Clock clock) {
        this.tokens = tokens;
        this.directory = directory;
        this.clock = clock;
    }

    /** Ensures that this file holds a valid token for this workload, now and at each {@link #refresh}. */
    synchronized void ensure(ObjectName name, String identity, TokenFile file) throws IOException {
        Kept before = kept.get(name);
        boolean good = before != null
                && before.identity().equals(identity)
                && before.file().path().equals(file.path())
                && clock.instant().isBefore(before.renewAt())
                && Files.exists(record(before))
                && Files.exists(file.path());
        if (!good) {
            if (before != null) {
                delete(before); // it stays in the map: if the next lines fail, the next refresh tries again
            }
            String token = tokens.create(identity, name, LIFETIME);
            file.write().accept(token + "\n");
            kept.put(
                    name,
                    new Kept(
                            identity,
                            file,
                            token,
                            clock.instant().plus(LIFETIME).minus(RENEW_BEFORE)));
        }
    }

    private void delete(Kept token) throws IOException {
        Files.deleteIfExists(record(token));
        Files.deleteIfExists(token.file().path());
    }

    /**
     * Withdraws the token of a workload that was removed or replaced: deletes its file, and makes the token invalid.
     */
    synchronized void withdraw(ObjectName name) throws IOException {
        Kept before = kept.remove(name);
        if (before != null) {
            delete(before);
        }
    }

    /** Renews tokens that were used or are about to expire. */
    synchronized void refresh() throws IOException {
        for (Map.Entry<ObjectName, Kept> entry : Map.copyOf(kept).entrySet()) {
            ensure(entry.getKey(), entry.getValue().identity(), entry.getValue().file());
        }
    }

    private Path record(Kept token) {
        return directory.resolve(Sha256.hex(token.token()) + ".json");
    }
}
