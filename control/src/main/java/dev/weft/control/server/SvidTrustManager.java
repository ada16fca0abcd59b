package dev.weft.control.server;

import dev.weft.control.certify.Refusal;
import dev.weft.control.trust.TrustSource;
import dev.weft.identity.verify.TlsAlert;
import dev.weft.identity.verify.Verification;
import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a client's certificate through the handshake only if it is an SVID that verifies now, or would but for a revocation:
 * each call verifies anew, and its refusal tells the caller the reason, which a failed handshake does not.
 */
final class SvidTrustManager extends X509ExtendedTrustManager {

    private static final Logger LOG = LoggerFactory.getLogger(SvidTrustManager.class);

    private final TrustSource trust;
    private final Clock clock;

    SvidTrustManager(TrustSource trust, Clock clock) {
        this.trust = trust;
        this.clock = clock;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        switch (trust.verifier().verify(List.of(chain), clock.instant())) {
            case Verification.Verified _ -> {}
            case Verification.Rejected rejected when Refusal.isRevoked(rejected.rule()) -> {}
            case Verification.Rejected rejected -> {
                LOG.atWarn().addKeyValue("reason", rejected).log("client certificate refused");
                throw new OpenSslCertificateException(rejected.toString(), error(rejected.alert()));
            }
        }
    }

    /** OpenSSL's name for what makes it send the alert, by which the client knows what it can do. */
    private static int error(TlsAlert alert) {
        return switch (alert) {
            case BAD_CERTIFICATE -> CertificateVerifier.X509_V_ERR_CERT_REJECTED;
            case CERTIFICATE_EXPIRED -> CertificateVerifier.X509_V_ERR_CERT_HAS_EXPIRED;
            case CERTIFICATE_REVOKED -> CertificateVerifier.X509_V_ERR_CERT_REVOKED;
            case UNKNOWN_CA -> CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
        };
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("this side only serves");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        throw new CertificateException("this side only serves");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this side only serves");
    }

    /** None: names of anchors in the handshake would help nobody, the client has one certificate. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
