package dev.weft.control.token;

import static java.util.Objects.requireNonNull;

import dev.weft.control.json.Json;
import dev.weft.control.state.StateException;
import dev.weft.control.state.StateFiles;
import dev.weft.identity.spiffe.SpiffeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Join tokens in a directory, one file each: {@code <SHA-256 of the token>.json} with {@code identity} and
 * {@code expires}. The token itself is on no disk of ours and in no log.
 *
 * <p>Single use is the file system's promise: whoever renames the file has the token, and a file can be renamed away
 * once only, whatever number of threads and processes try. Safe for use by several threads.
 */
public final class JoinTokens {

    /** Longest life of a token. */
    public static final Duration MAX_LIFETIME = Duration.ofDays(30);

    private static final int TOKEN_BYTES = 32;
    private static final int MAX_FILE = 8192;
    private static final String SUFFIX = ".json";
    private static final String CLAIMED = ".claimed";
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final Path directory;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** @param directory made, mode 0700, at the first token */
    public JoinTokens(Path directory, Clock clock) {
        this.directory = requireNonNull(directory, "directory");
        this.clock = requireNonNull(clock, "clock");
    }

    /**
     * Makes a token that proves this identity once.
     *
     * @return 256 random bits, base64url; show it to the workload only
     * @throws IllegalArgumentException if the lifetime is not positive, or longer than {@link #MAX_LIFETIME}
     */
    public String create(SpiffeId identity, Duration lifetime) {
        requireNonNull(identity, "identity");
        if (!lifetime.isPositive() || lifetime.compareTo(MAX_LIFETIME) > 0) {
            throw new IllegalArgumentException("lifetime of a join token for " + identity + ": " + lifetime
                    + " (expected: more than 0, at most " + MAX_LIFETIME + ")");
        }
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("identity", identity.toString());
        content.put("expires", clock.instant().plus(lifetime).toString());
        try {
            StateFiles.createDirectory(directory);
            StateFiles.write(file(token), Json.write(content) + "\n", StateFiles.PRIVATE);
        } catch (IOException e) {
            throw new UncheckedIOException("join token for " + identity + ": cannot be kept in " + directory, e);
        }
        return token;
    }

    /** Uses the token up. Of any number of callers with the same token at most one is accepted. */
    public Consumption consume(String token) {
        if (!TOKEN.matcher(token).matches()) {
            return new Consumption.Refused("not a join token (expected: 43 characters of base64url)");
        }
        Path file = file(token);
        Path claim = directory.resolve(file.getFileName() + "." + UUID.randomUUID() + CLAIMED);
        try {
            Files.move(file, claim, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException _) {
            return new Consumption.Refused("the join token is unknown or has been used");
        } catch (IOException e) {
            throw new UncheckedIOException("join tokens: cannot use one of " + directory, e);
        }
        try {
            Consumption consumption = read(claim);
            Files.deleteIfExists(claim);
            StateFiles.sync(directory);
            return consumption;
        } catch (NoSuchFileException _) {
            // Pruned in between, as only tokens out of date are.
            return new Consumption.Refused("the join token is out of date");
        } catch (IOException e) {
            throw new UncheckedIOException("join tokens: cannot use one of " + directory, e);
        }
    }

    /**
     * Deletes what is out of date, claims among it that were left by a process that died.
     *
     * @return how many files
     */
    public int prune() {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        int pruned = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (isDead(file) && Files.deleteIfExists(file)) {
                    pruned++;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("join tokens: cannot prune " + directory, e);
        }
        return pruned;
    }

    private boolean isDead(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        try {
            return (name.endsWith(SUFFIX) || name.endsWith(CLAIMED)) && read(file) instanceof Consumption.Refused;
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    private Consumption read(Path file) throws IOException {
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setAllowDuplicateKeys(false)
                    .setMaxAliasesForCollections(0)
                    .build();
            Object content = new Load(settings).loadFromString(StateFiles.readPrivate(file, MAX_FILE));
            if (content instanceof Map<?, ?> map
                    && map.get("identity") instanceof String identity
                    && map.get("expires") instanceof String expires) {
                return Instant.parse(expires).isAfter(clock.instant())
                        ? new Consumption.Accepted(SpiffeId.parse(identity))
                        : new Consumption.Refused("the join token ended at " + expires);
            }
            return new Consumption.Refused("the join token's file lacks identity or expires");
        } catch (YamlEngineException | DateTimeException | IllegalArgumentException | StateException e) {
            return new Consumption.Refused("the join token's file cannot be used: " + e.getMessage());
        }
    }

    private Path file(String token) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
            return directory.resolve(HexFormat.of().formatHex(hash) + SUFFIX);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing, which every Java platform has", e);
        }
    }
}
