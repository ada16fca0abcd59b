package dev.weft.proxy.identity;

import dev.weft.identity.svid.X509Svid;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.util.SimpleKeyManagerFactory;
import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Presents one SVID to every peer. If Netty gets a key and a chain instead, it puts them into a PKCS#12 key store,
 * encrypted under a password and decrypted again: that costs tens of milliseconds for each certificate, on the event
 * loop.
 */
final class SvidKeyManager extends X509ExtendedKeyManager {
    private static final String ALIAS = "svid";
    private static final String[] ALIASES = {ALIAS};

    private final PrivateKey key;
    private final X509Certificate[] chain;

    private SvidKeyManager(X509Svid svid) {
        this.key = svid.key();
        this.chain = svid.chain().toArray(X509Certificate[]::new);
    }

    /**
     * Creates a factory for one context, which reads the key once, at its first handshake, and frees it when it is
     * freed.
     */
    static KeyManagerFactory factory(X509Svid svid) {
        return new OpenSslCachingX509KeyManagerFactory(new Factory(new SvidKeyManager(svid)));
    }

    @Override
    public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
        return ALIAS;
    }

    @Override
    public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
        return ALIAS;
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
        return ALIAS;
    }

    @Override
    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
        return ALIAS;
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
        return ALIASES.clone();
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
        return ALIASES.clone();
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return alias.equals(ALIAS) ? chain.clone() : null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return alias.equals(ALIAS) ? key : null;
    }

    private static final class Factory extends SimpleKeyManagerFactory {
        private final SvidKeyManager manager;

        Factory(SvidKeyManager manager) {
            this.manager = manager;
        }

        @Override
        protected void engineInit(@Nullable KeyStore keyStore, char @Nullable [] password) {}

        @Override
        protected void engineInit(ManagerFactoryParameters parameters) {}

        @Override
        protected KeyManager[] engineGetKeyManagers() {
            return new KeyManager[] {manager};
        }
    }
}
