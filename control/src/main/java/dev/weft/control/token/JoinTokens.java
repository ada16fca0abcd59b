package dev.weft.control.token;

import static java.util.Objects.requireNonNull;

import dev.weft.control.token.JoinToken.Grant;
import dev.weft.files.state.StateFiles;
import dev.weft.identity.keys.Sha256;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Join tokens in a directory, one file each: {@code <SHA-256 of the token>.json}. The token itself is on no disk of ours and
 * in no log.
 *
 * <p>Single use is the file system's promise: whoever deletes the file has the token, and a file can be deleted
 * once only, whatever number of threads and processes try. It is written whole and never changed, so what was read of it
 * before is what was deleted. Safe for use by several threads.
 */
public final class JoinTokens {

    /** Longest life of a token. */
    public static final Duration MAX_LIFETIME = Duration.ofDays(30);

    private static final int TOKEN_BYTES = 32;
    private static final String SUFFIX = ".json";
    private static final String CLAIMED = ".claimed";
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final Path directory;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** A token just made: the one time that it is there to be read. */
    public record Created(String token, JoinToken info) {
        /** Without the token. */
        @Override
        public String toString() {
            return "Created[" + info + "]";
        }
    }

    /** @param directory made, mode 0700, at the first token */
    public JoinTokens(Path directory, Clock clock) {
        this.directory = requireNonNull(directory, "directory");
        this.clock = requireNonNull(clock, "clock");
    }

    /**
     * Makes a token by which a sidecar of the mesh's own proves this identity once.
     *
     * @return 256 random bits, base64url; show it to the workload only
     * @throws IllegalArgumentException if the lifetime is not positive, or longer than {@link #MAX_LIFETIME}
     */
    public String create(SpiffeId identity, Duration lifetime) {
        return create(identity, lifetime, Optional.empty()).token();
    }

    /**
     * Makes a token by which a machine proves this identity once.
     *
     * @param workload what shall run there
     * @throws IllegalArgumentException if the lifetime is not positive, or longer than {@link #MAX_LIFETIME}
     */
    public Created grant(SpiffeId identity, Optional<String> workload, Duration lifetime) {
        return create(identity, lifetime, Optional.of(new Grant(clock.instant(), workload)));
    }

    private Created create(SpiffeId identity, Duration lifetime, Optional<Grant> grant) {
        requireNonNull(identity, "identity");
        if (!lifetime.isPositive() || lifetime.compareTo(MAX_LIFETIME) > 0) {
            throw new IllegalArgumentException("lifetime of a join token for " + identity + ": " + lifetime
                    + " (expected: more than 0, at most " + MAX_LIFETIME + ")");
        }
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        String hash = Sha256.hex(token);
        JoinToken info = new JoinToken(
                hash.substring(0, JoinToken.ID_LENGTH),
                identity,
                grant.map(Grant::created).orElseGet(clock::instant).plus(lifetime),
                grant);
        try {
            StateFiles.createDirectory(directory);
            TokenFile.write(directory.resolve(hash + SUFFIX), info);
        } catch (IOException e) {
            throw new UncheckedIOException("join token for " + identity + ": cannot be kept in " + directory, e);
        }
        return new Created(token, info);
    }

    /** Whether the token would be accepted; it can still be used after. */
    public Consumption look(String token) {
        return TOKEN.matcher(token).matches() ? judge(directory.resolve(Sha256.hex(token) + SUFFIX)) : notOne();
    }

    /** Uses the token up. Of any number of callers with the same token at most one is accepted. */
    public Consumption consume(String token) {
        if (!TOKEN.matcher(token).matches()) {
            return notOne();
        }
        try {
            Path file = directory.resolve(Sha256.hex(token) + SUFFIX);
            Consumption consumption = judge(file);
            if (!Files.deleteIfExists(file)) {
                return unknown();
            }
            StateFiles.sync(directory);
            return consumption;
        } catch (IOException e) {
            throw new UncheckedIOException("join tokens: cannot use one of " + directory, e);
        }
    }

    /** Those that operators made and nobody has used, out of date or not, in no order. */
    public List<JoinToken> granted() {
        List<JoinToken> granted = new ArrayList<>();
        for (Path file : files("*" + SUFFIX)) {
            try {
                Optional<JoinToken> token = Optional.of(read(file));
                token.filter(t -> t.grant().isPresent()).ifPresent(granted::add);
            } catch (IOException | StateException _) {
                // Used or pruned in between, or damaged: no token then.
            }
        }
        return granted;
    }

    /**
     * Makes a token worthless that an operator made.
     *
     * @return empty if there is none of this id that is open
     */
    public Optional<JoinToken> revoke(String id) {
        for (Path file : files(id + "*" + SUFFIX)) {
            try {
                JoinToken token = read(file);
                if (token.grant().isPresent() && Files.deleteIfExists(file)) {
                    StateFiles.sync(directory);
                    return Optional.of(token);
                }
            } catch (NoSuchFileException | StateException _) {
                // Used in between, or damaged: nothing to revoke.
            } catch (IOException e) {
                throw new UncheckedIOException("join token " + id + ": cannot be revoked", e);
            }
        }
        return Optional.empty();
    }

    /**
     * Deletes what is out of date, and what an earlier version left when it died while it used a token.
     *
     * @return how many files
     */
    public int prune() {
        int pruned = 0;
        for (Path file : files("*{" + SUFFIX + "," + CLAIMED + "}")) {
            try {
                if (judge(file) instanceof Consumption.Refused && Files.deleteIfExists(file)) {
                    pruned++;
                }
            } catch (IOException e) {
                throw new UncheckedIOException("join tokens: cannot prune " + directory, e);
            }
        }
        return pruned;
    }

    private Consumption judge(Path file) {
        try {
            JoinToken token = read(file);
            return token.expires().isAfter(clock.instant())
                    ? new Consumption.Accepted(token)
                    : new Consumption.Refused("the join token ended at " + token.expires());
        } catch (NoSuchFileException _) {
            return unknown();
        } catch (StateException e) {
            return new Consumption.Refused("the join token's file cannot be used: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("join tokens: cannot read one of " + directory, e);
        }
    }

    private static JoinToken read(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        return TokenFile.read(file, name.substring(0, Math.min(name.length(), JoinToken.ID_LENGTH)));
    }

    private List<Path> files(String pattern) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, pattern)) {
            files.forEach(found::add);
        } catch (IOException e) {
            throw new UncheckedIOException("join tokens: cannot list " + directory, e);
        }
        return found;
    }

    private static Consumption notOne() {
        return new Consumption.Refused("not a join token (expected: 43 characters of base64url)");
    }

    private static Consumption unknown() {
        return new Consumption.Refused("the join token is unknown or has been used");
    }
}
