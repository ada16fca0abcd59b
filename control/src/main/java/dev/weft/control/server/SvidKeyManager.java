package dev.weft.control.server;

import dev.weft.identity.issue.Issuer;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import java.net.Socket;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The control plane's own SVID: issued in-process, with a new key each time, and shown from the next handshake on. A
 * handshake that has chosen the previous one can still finish with it. Safe for use by several threads.
 */
final class SvidKeyManager extends X509ExtendedKeyManager {

    private record Held(String alias, List<X509Certificate> chain, PrivateKey key, Instant renewAt) {}

    private record Pair(Held present, @Nullable Held previous) {}

    private final SpiffeId id;
    private final Duration lifetime;
    private volatile @Nullable Pair pair;
    private long generation;

    SvidKeyManager(SpiffeId id, Duration lifetime) {
        this.id = id;
        this.lifetime = lifetime;
    }

    /** Takes a new SVID. */
    synchronized void renew(Issuer issuer, Instant now) {
        KeyPair keys = KeyPairs.generateP256();
        List<X509Certificate> chain = issuer.issue(keys.getPublic(), id, lifetime, now);
        Instant end = chain.getFirst().getNotAfter().toInstant();
        Held held = new Held(
                "svid-" + ++generation,
                chain,
                keys.getPrivate(),
                now.plus(Duration.between(now, end).dividedBy(2)));
        Pair old = pair;
        pair = new Pair(held, old == null ? null : old.present());
    }

    /** Half of the present SVID's life; the epoch when there is none. */
    Instant renewAt() {
        Pair now = pair;
        return now == null ? Instant.EPOCH : now.present().renewAt();
    }

    /** The present SVID's chain; empty when there is none. */
    List<X509Certificate> chain() {
        Pair now = pair;
        return now == null ? List.of() : now.present().chain();
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        Pair now = pair;
        return now == null || !keyType.contains("EC") ? null : now.present().alias();
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Held held = held(alias);
        return held == null ? null : held.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Held held = held(alias);
        return held == null ? null : held.key();
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = chooseEngineServerAlias(keyType, issuers, null);
        return alias == null ? null : new String[] {alias};
    }

    private @Nullable Held held(String alias) {
        Pair now = pair;
        if (now == null) {
            return null;
        }
        if (now.present().alias().equals(alias)) {
            return now.present();
        }
        Held previous = now.previous();
        return previous != null && previous.alias().equals(alias) ? previous : null;
    }
}
