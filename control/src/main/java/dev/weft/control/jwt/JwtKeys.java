package dev.weft.control.jwt;

import dev.weft.control.lead.Leadership;
import dev.weft.control.trust.TrustSource;
import dev.weft.identity.jwt.JwtSigningKey;
import dev.weft.identity.keys.PrivateKeys;
import dev.weft.identity.keys.PublicKeys;
import dev.weft.identity.trust.JwtAuthority;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.TypedEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the keys that sign JWT-SVIDs: the private halves secret, the public halves in the trust bundle. A key is stored
 * first, then published, and signs only later, so that every verifier of its tokens knows it. Safe for use by several
 * threads.
 */
public final class JwtKeys {

    private static final Logger LOG = LoggerFactory.getLogger(JwtKeys.class);
    private static final String ENTRY = "jwt-keys";
    private static final Store.EntryOptions OPTIONS =
            Store.EntryOptions.secret(64 * 1024).optional();
    private static final int FIELDS = 4;

    private final TypedEntry<JwtKeyRing> kept;
    private final TrustSource trust;
    private final Leadership leadership;
    private final Clock clock;
    private volatile JwtKeyRing ring;

    /**
     * Reads the keys, or creates the first. Of several control planes that share the store the leader creates the keys,
     * and the others sign with them. The trust domain starts with them, so this must happen before its anchors are set.
     *
     * @throws StateException if the file cannot be used, or others could read it
     */
    public JwtKeys(Store store, TrustSource trust, Leadership leadership, Clock clock) throws IOException {
        this.leadership = leadership;
        this.kept = new TypedEntry<>(store.entry(ENTRY, OPTIONS), this::parse, JwtKeys::write);
        this.trust = trust;
        this.clock = clock;
        this.ring = kept.read().orElse(new JwtKeyRing(List.of()));
        JwtKeyRing begun = leadership.leads() ? ring.advance(clock.instant(), JwtSigningKey::generate) : ring;
        keep(begun);
        trust.begin(own -> own.withJwtAuthorities(begun.authorities()));
    }

    /**
     * Creates, publishes and withdraws keys that are due. To be called every few seconds. A key that could not be
     * published before, because the bundle's sequence could not be written, is published now, and its waiting time
     * until it signs starts now.
     */
    public synchronized void advance() {
        if (!leadership.equals(Leadership.ALONE)) {
            readAgain();
        }
        if (!leadership.leads()) {
            return;
        }
        JwtKeyRing next = ring.advance(clock.instant(), JwtSigningKey::generate);
        List<JwtAuthority> published = trust.own().jwtAuthorities();
        if (next.equals(ring) && next.authorities().equals(published)) {
            return;
        }
        next = next.published(Set.copyOf(published), clock.instant());
        List<JwtAuthority> authorities = next.authorities();
        try {
            keep(next);
        } catch (IOException e) {
            throw new UncheckedIOException("JWT signing keys: " + kept.where() + " cannot be written", e);
        }
        trust.changeOwn(own -> own.withJwtAuthorities(authorities));
        LOG.atInfo()
                .addKeyValue(
                        "keys",
                        next.keys().stream()
                                .map(key -> key.key().authority().keyId() + " from " + key.signsFrom())
                                .toList())
                .log("JWT signing keys changed");
    }

    /** Reads the keys that the leader, present or former, has stored. */
    private void readAgain() {
        try {
            ring = kept.read().orElse(new JwtKeyRing(List.of()));
        } catch (IOException e) {
            throw new UncheckedIOException("JWT signing keys: " + kept.where() + " cannot be read", e);
        }
        List<JwtAuthority> authorities = ring.authorities();
        if (!authorities.equals(trust.own().jwtAuthorities())) {
            trust.changeOwn(own -> own.withJwtAuthorities(authorities));
        }
    }

    private void keep(JwtKeyRing next) throws IOException {
        if (!next.equals(ring)) {
            kept.write(next);
            ring = next;
        }
    }

    /** Returns the key that signs now, which is in the bundle. */
    JwtSigningKey signing() {
        Set<JwtAuthority> published = Set.copyOf(trust.own().jwtAuthorities());
        return ring.signing(clock.instant(), published).key();
    }

    private JwtKeyRing parse(String content) {
        List<JwtKeyRing.Key> keys = new ArrayList<>();
        for (String line : content.lines().toList()) {
            try {
                keys.add(key(line.split(" ", -1)));
            } catch (IllegalArgumentException | DateTimeException _) {
                // Without the cause: its message may contain parts of the key.
                throw new StateException(
                        kept.where() + ", line " + (keys.size() + 1) + ": not a JWT signing key (expected: "
                                + "published, signs from, public key, private key); delete the file to begin with new keys: "
                                + "tokens that have not ended are then refused");
            }
        }
        return new JwtKeyRing(keys);
    }

    private static JwtKeyRing.Key key(String[] fields) {
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("fields: " + fields.length);
        }
        Base64.Decoder decoder = Base64.getDecoder();
        PublicKey publicKey = PublicKeys.decode(decoder.decode(fields[2]));
        PrivateKey privateKey = PrivateKeys.decode(decoder.decode(fields[3]));
        if (!PrivateKeys.matches(privateKey, publicKey)) {
            throw new IllegalArgumentException("the halves do not match");
        }
        return new JwtKeyRing.Key(
                new JwtSigningKey(publicKey, privateKey), Instant.parse(fields[0]), Instant.parse(fields[1]));
    }

    private static String write(JwtKeyRing ring) {
        StringBuilder out = new StringBuilder();
        Base64.Encoder encoder = Base64.getEncoder();
        for (JwtKeyRing.Key key : ring.keys()) {
            out.append(key.publishedAt())
                    .append(' ')
                    .append(key.signsFrom())
                    .append(' ')
                    .append(encoder.encodeToString(
                            key.key().authority().publicKey().getEncoded()))
                    .append(' ')
                    .append(encoder.encodeToString(key.key().encoded()))
                    .append('\n');
        }
        return out.toString();
    }
}
