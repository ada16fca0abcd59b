package dev.weft.daemon.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A check of the peer's certificate, one for every kind of transport. A context is of one side only, so what is asked about
 * clients and about servers is the same: the peer.
 */
public abstract class PeerCertificateCheck extends X509ExtendedTrustManager {
    private static final X509Certificate[] NONE = {};

    /**
     * Lets the peer through, or says why not.
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

    /** None: names of anchors in the handshake would not help, as a client has one certificate. */
    @Override
    public final X509Certificate[] getAcceptedIssuers() {
        return NONE;
    }
}
