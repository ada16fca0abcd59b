package dev.weft.control.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A TLS certificate that can be replaced at run time: handshakes show the new one from then on. A handshake that has
 * chosen the previous one can still finish with it. Elliptic curves only. Safe for use by several threads.
 */
public final class ReplaceableCertificate extends X509ExtendedKeyManager {

    private record Held(String alias, List<X509Certificate> chain, PrivateKey key) {}

    private record Pair(Held present, @Nullable Held previous) {}

    private volatile @Nullable Pair pair;
    private long generation;

    /** Creates it without a certificate: handshakes fail until there is one. */
    public ReplaceableCertificate() {}

    /** Shows this certificate from now on. */
    public synchronized void replace(List<X509Certificate> chain, PrivateKey key) {
        Held held = new Held("shown-" + ++generation, List.copyOf(chain), key);
        Pair old = pair;
        pair = new Pair(held, old == null ? null : old.present());
    }

    /** Returns the present chain, leaf first; empty if there is none. */
    public List<X509Certificate> chain() {
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

    /** Used where the control plane is the client, for example of another control plane. */
    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return Stream.of(keyTypes)
                .map(keyType -> chooseEngineServerAlias(keyType, issuers, engine))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineClientAlias(keyTypes, issuers, null);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return getServerAliases(keyType, issuers);
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
