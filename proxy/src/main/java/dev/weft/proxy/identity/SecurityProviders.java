package dev.weft.proxy.identity;

import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Reduces the JDK's cryptography in this process to what keys, certificates and tokens need. TLS is OpenSSL's alone;
 * but Netty looks for the JDK's TLS when it starts, and if it is there, loads it, with hundreds of classes.
 */
public final class SecurityProviders {
    private static final List<String> NEEDED = List.of("SUN", "SunRsaSign", "SunEC", "SunJCE");
    private static final String PROPERTY = "security.provider.";

    private SecurityProviders() {}

    /** Applies to the whole process. Must be called before the first use of a key or a certificate. */
    public static void reduce() {
        for (int i = 1; i <= NEEDED.size() || Security.getProperty(PROPERTY + i) != null; i++) {
            // An entry cannot be removed; one that repeats another adds nothing.
            Security.setProperty(PROPERTY + i, NEEDED.get(Math.min(i, NEEDED.size()) - 1));
        }
        Security.addProvider(new NoJdkTls());
    }

    /**
     * A provider in place of the JDK's TLS. It reports TLS 1.3, which Netty checks for before it offers OpenSSL's TLS, and
     * makes no connections.
     */
    private static final class NoJdkTls extends Provider {
        NoJdkTls() {
            super("WeftNoJdkTls", "1", "says that there is TLS 1.3");
            putService(new Service(this, "SSLContext", "TLS", None.class.getName(), List.of(), Map.of()) {
                @Override
                public Object newInstance(@Nullable Object parameter) {
                    return new None();
                }
            });
        }

        private static final class None extends SSLContextSpi {
            @Override
            protected void engineInit(
                    KeyManager @Nullable [] keys, TrustManager @Nullable [] trust, @Nullable SecureRandom random) {}

            @Override
            protected SSLParameters engineGetSupportedSSLParameters() {
                return new SSLParameters(new String[] {"TLS_AES_128_GCM_SHA256"}, new String[] {"TLSv1.3"});
            }

            @Override
            protected SSLParameters engineGetDefaultSSLParameters() {
                return engineGetSupportedSSLParameters();
            }

            @Override
            protected SSLSocketFactory engineGetSocketFactory() {
                throw none();
            }

            @Override
            protected SSLServerSocketFactory engineGetServerSocketFactory() {
                throw none();
            }

            @Override
            protected SSLEngine engineCreateSSLEngine() {
                throw none();
            }

            @Override
            protected SSLEngine engineCreateSSLEngine(String host, int port) {
                throw none();
            }

            @Override
            protected SSLSessionContext engineGetServerSessionContext() {
                throw none();
            }

            @Override
            protected SSLSessionContext engineGetClientSessionContext() {
                throw none();
            }

            private static UnsupportedOperationException none() {
                return new UnsupportedOperationException(
                        "the JDK's TLS is not used in this process (expected: OpenSSL's)");
            }
        }
    }
}
