package dev.weft.proxy.identity;

import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.TlsAlert;
import dev.weft.identity.verify.Verification;
import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a peer whose chain verifies by the bundles of the moment. The reason of a refusal is the message of the
 * exception, which is the root cause of the failed handshake on this side; the peer hears the kind of it as an alert.
 */
final class PeerTrustManager extends X509ExtendedTrustManager {
    private static final X509Certificate[] NONE = {};

    private final Supplier<SvidVerifier> verifier;
    private final InstantSource clock;

    PeerTrustManager(Supplier<SvidVerifier> verifier, InstantSource clock) {
        this.verifier = verifier;
        this.clock = clock;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        switch (verifier.get().verify(List.of(chain), clock.instant())) {
            case Verification.Verified _ -> {}
            case Verification.Rejected rejected ->
                throw new OpenSslCertificateException(rejected.toString(), error(rejected.alert()));
        }
    }

    /** OpenSSL's name for what makes it send the alert. */
    private static int error(TlsAlert alert) {
        return switch (alert) {
            case BAD_CERTIFICATE -> CertificateVerifier.X509_V_ERR_CERT_REJECTED;
            case CERTIFICATE_EXPIRED -> CertificateVerifier.X509_V_ERR_CERT_HAS_EXPIRED;
            case CERTIFICATE_REVOKED -> CertificateVerifier.X509_V_ERR_CERT_REVOKED;
            case UNKNOWN_CA -> CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
        };
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return NONE;
    }
}
