package dev.weft.control.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS settings of HTTPS endpoints, both sides: Mozilla's intermediate level (SPIFFE Federation FE-01), without what
 * nothing needs.
 */
public final class EndpointTls {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private static final String[] CIPHERS = {
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
    };

    private EndpointTls() {}

    /** Returns a new context, so that no session of another use is ever resumed. */
    public static SSLContext context(@Nullable KeyManager keys, @Nullable TrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    keys == null ? null : new KeyManager[] {keys},
                    trust == null ? null : new TrustManager[] {trust},
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform has no TLS", e);
        }
    }

    /** Returns the protocol versions, and those of the ciphers above that the platform has. */
    public static SSLParameters parameters(SSLContext context) {
        var supported = Arrays.asList(context.getSupportedSSLParameters().getCipherSuites());
        String[] ciphers = Arrays.stream(CIPHERS).filter(supported::contains).toArray(String[]::new);
        SSLParameters parameters = new SSLParameters(ciphers, PROTOCOLS);
        parameters.setUseCipherSuitesOrder(false);
        return parameters;
    }

    /**
     * Starts the server's side of TLS on an accepted connection. Closing the TLS socket closes the connection. Returns
     * after the handshake.
     *
     * @throws IOException if the connection breaks, or the client does not speak TLS, or not these versions and ciphers
     */
    public static SSLSocket accept(SSLContext context, Socket raw) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, null, raw.getPort(), true);
        try {
            socket.setSSLParameters(parameters(context));
            socket.setUseClientMode(false);
            socket.startHandshake();
            return socket;
        } catch (IOException | RuntimeException e) {
            try {
                socket.close();
            } catch (IOException closing) {
                e.addSuppressed(closing); // the failure of TLS is the one to report
            }
            throw e;
        }
    }
}
