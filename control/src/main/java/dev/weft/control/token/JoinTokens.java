package dev.weft.control.token;

import static java.util.Objects.requireNonNull;

import dev.weft.files.state.FileStore;
import dev.weft.identity.keys.Sha256;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Stores join tokens, one entry each: {@code tokens/<SHA-256 of the token>.json}. The token itself is in no state and
 * in no log.
 *
 * <p>The store guarantees single use: the request that deletes the entry has the token, and a version of an entry can
 * be deleted only once, however many threads, processes and replicas try. An entry is written whole and never changed,
 * so what was read before is what was deleted. Safe for use by several threads.
 */
public final class JoinTokens {

    /** Longest lifetime of a token. */
    public static final Duration MAX_LIFETIME = Duration.ofDays(30);

    /** Most tokens that may be stored when an operator asks for another. */
    public static final int MAX_OPEN = 10_000;

    private static final Store.EntryOptions OPTIONS =
            Store.EntryOptions.secret(8192).optional();
    private static final int TOKEN_BYTES = 32;
    private static final String SUFFIX = ".json";
    private static final String CLAIMED = ".claimed";
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final Store store;
    private final String folder;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** A token just created: the only time that it can be read. */
    public record Created(String token, JoinToken info) {
        @Override
        public String toString() {
            return "Created[" + info + "]";
        }
    }

    /** Opens the join tokens in a control plane's store. */
    public JoinTokens(Store store, Clock clock) {
        this(store, "tokens", clock);
    }

    /** @param directory created, mode 0700, at the first token */
    public JoinTokens(Path directory, Clock clock) {
        this(
                new FileStore(requireNonNull(directory.toAbsolutePath().getParent(), "state directory")),
                String.valueOf(directory.getFileName()),
                clock);
    }

    private JoinTokens(Store store, String folder, Clock clock) {
        this.store = requireNonNull(store, "store");
        this.folder = requireNonNull(folder, "folder");
        this.clock = requireNonNull(clock, "clock");
    }

    /**
     * Creates a token with which a sidecar of the mesh's own proves this identity once.
     *
     * @return 256 random bits, base64url; show it to the workload only
     * @throws IllegalArgumentException if the lifetime is not positive, or longer than {@link #MAX_LIFETIME}
     */
    public String create(SpiffeId identity, Duration lifetime) {
        return create(identity, Optional.empty(), lifetime, Optional.empty()).token();
    }

    /**
     * As above, for one of the identity's workloads: the certificate is renewed for as long as the mesh has that one.
     *
     * @param workload {@code namespace/name}
     */
    public String create(SpiffeId identity, String workload, Duration lifetime) {
        return create(identity, Optional.of(workload), lifetime, Optional.empty())
                .token();
    }

    /**
     * Creates a token with which a machine proves this identity once.
     *
     * @param workload the workload that runs there
     * @throws IllegalArgumentException if the lifetime is not positive, or longer than {@link #MAX_LIFETIME}
     * @throws UncheckedIOException if it cannot be stored
     */
    public Created grant(SpiffeId identity, Optional<String> workload, Duration lifetime) {
        return create(identity, workload, lifetime, Optional.of(clock.instant()));
    }

    /** Whether {@link #MAX_OPEN} tokens are open, so that operators get no other; expired ones are deleted first. */
    public boolean isFull() {
        if (names().size() >= MAX_OPEN) {
            int _ = prune();
        }
        return names().size() >= MAX_OPEN;
    }

    private Created create(SpiffeId identity, Optional<String> workload, Duration lifetime, Optional<Instant> granted) {
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
                granted.orElseGet(clock::instant).plus(lifetime),
                workload,
                granted);
        try {
            if (entry(name(token))
                    .compareAndSet(Version.ABSENT, TokenText.print(info))
                    .isEmpty()) {
                throw new IllegalStateException("two random numbers of 256 bits are equal");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("join token for " + identity + ": cannot be kept in " + where(), e);
        }
        return new Created(token, info);
    }

    /** Checks whether the token would be accepted; it can still be used afterwards. */
    public TokenCheck check(String token) {
        if (!TOKEN.matcher(token).matches()) {
            return malformed();
        }
        try {
            return read(name(token)).map(this::judge).orElseGet(JoinTokens::unknown);
        } catch (StateException e) {
            return unusable(e);
        } catch (IOException e) {
            throw new UncheckedIOException("join tokens: cannot read one of " + where(), e);
        }
    }

    /** Uses the token up. Of all callers with the same token, at most one is accepted. */
    public TokenCheck consume(String token) {
        if (!TOKEN.matcher(token).matches()) {
            return malformed();
        }
        try {
            Optional<Kept> kept = read(name(token));
            return kept.isPresent() && entry(name(token)).delete(kept.get().version()) ? judge(kept.get()) : unknown();
        } catch (StateException e) {
            return unusable(e);
        } catch (IOException e) {
            throw new UncheckedIOException("join tokens: cannot use one of " + where(), e);
        }
    }

    /** Returns the unused tokens that operators made, expired or not, in no order. */
    public List<JoinToken> granted() {
        List<JoinToken> granted = new ArrayList<>();
        for (String name : names()) {
            try {
                read(name)
                        .map(Kept::token)
                        .filter(token -> token.granted().isPresent())
                        .ifPresent(granted::add);
            } catch (IOException | StateException _) {
                // Used or pruned in the meantime, or damaged: it does not count.
            }
        }
        return granted;
    }

    /**
     * Revokes a token that an operator made.
     *
     * @return the revoked token; empty if no open token has this id
     */
    public Optional<JoinToken> revoke(String id) {
        for (String name : names()) {
            if (!name.startsWith(folder + "/" + id)) {
                continue;
            }
            try {
                Optional<Kept> kept = read(name);
                if (kept.isPresent()
                        && kept.get().token().granted().isPresent()
                        && entry(name).delete(kept.get().version())) {
                    return kept.map(Kept::token);
                }
            } catch (StateException _) {
                // The entry is damaged: there is nothing to revoke.
            } catch (IOException e) {
                throw new UncheckedIOException("join token " + id + ": cannot be revoked", e);
            }
        }
        return Optional.empty();
    }

    /**
     * Deletes expired and damaged tokens, and what an earlier version left when it died while using a token.
     *
     * @return number of deleted entries
     */
    public int prune() {
        int pruned = 0;
        try {
            for (String name : store.names(folder)) {
                if ((name.endsWith(SUFFIX) || name.endsWith(CLAIMED)) && pruned(name)) {
                    pruned++;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("join tokens: cannot prune " + where(), e);
        }
        return pruned;
    }

    private boolean pruned(String name) throws IOException {
        try {
            Optional<Kept> kept = read(name);
            return kept.isPresent()
                    && judge(kept.get()) instanceof TokenCheck.Refused
                    && entry(name).delete(kept.get().version());
        } catch (StateException _) {
            entry(name).discard();
            return true;
        }
    }

    private record Kept(JoinToken token, Version version) {}

    private TokenCheck judge(Kept kept) {
        JoinToken token = kept.token();
        return token.expires().isAfter(clock.instant())
                ? new TokenCheck.Accepted(token)
                : new TokenCheck.Refused("the join token ended at " + token.expires());
    }

    private String name(String token) {
        return folder + "/" + Sha256.hex(token) + SUFFIX;
    }

    private Entry entry(String name) {
        return store.entry(name, OPTIONS);
    }

    private Optional<Kept> read(String name) throws IOException {
        Entry entry = entry(name);
        int id = folder.length() + 1;
        String text = name.substring(id, Math.min(name.length(), id + JoinToken.ID_LENGTH));
        return entry.read().map(read -> new Kept(TokenText.read(text, entry.where(), read.value()), read.version()));
    }

    private List<String> names() {
        try {
            return store.names(folder).stream()
                    .filter(name -> name.endsWith(SUFFIX))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("join tokens: cannot list " + where(), e);
        }
    }

    private String where() {
        return store.where(folder);
    }

    private static TokenCheck unusable(StateException e) {
        return new TokenCheck.Refused("the join token's file cannot be used: " + e.getMessage());
    }

    private static TokenCheck malformed() {
        return new TokenCheck.Refused("not a join token (expected: 43 characters of base64url)");
    }

    private static TokenCheck unknown() {
        return new TokenCheck.Refused("the join token is unknown or has been used");
    }
}
