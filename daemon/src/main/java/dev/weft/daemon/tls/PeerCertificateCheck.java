package dev.weft.daemon.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A check of the peer's certificate, for every kind of transport. A TLS context has only one side, so clients and
 * servers are checked by the same method.
 */
public abstract class PeerCertificateCheck extends X509ExtendedTrustManager {
    private static final X509Certificate[] NONE = {};

    /**
     * Checks the peer, and throws if it is not accepted.
     *
     * @param chain the peer's certificate first
     * @throws CertificateException if the handshake must fail
     */
    protected abstract void check(X509Certificate[] chain) throws CertificateException;

    @Override
    public final void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public final void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public final void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public final void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public final void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public final void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    /**
     * Returns no issuers: the names of anchors in the handshake would not help, because a client has only one
     * certificate.
     */
    @Override
    public final X509Certificate[] getAcceptedIssuers() {
        return NONE;
    }
}
