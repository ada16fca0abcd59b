package dev.weft.daemon.tls;

import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.TlsAlert;
import dev.weft.identity.verify.Verification;
import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Accepts a peer whose chain is an SVID that verifies by the present bundles. On a refusal, the exception's message has
 * the reason; it is the root cause of the failed handshake on this side. The peer gets the kind of failure as a TLS
 * alert, so it knows what it can do.
 */
public final class SvidCheck extends PeerCertificateCheck {
    private final Supplier<SvidVerifier> verifier;
    private final InstantSource clock;
    private final Predicate<Verification.Rejected> tolerated;

    /** Creates a check that accepts only chains that verify. */
    public SvidCheck(Supplier<SvidVerifier> verifier, InstantSource clock) {
        this(verifier, clock, _ -> false);
    }

    /**
     * Creates a check that may also accept chains that do not verify.
     *
     * @param tolerated called for a chain that does not verify; true accepts it, so it can be refused later with a
     *     message
     */
    public SvidCheck(Supplier<SvidVerifier> verifier, InstantSource clock, Predicate<Verification.Rejected> tolerated) {
        this.verifier = verifier;
        this.clock = clock;
        this.tolerated = tolerated;
    }

    @Override
    protected void check(X509Certificate[] chain) throws CertificateException {
        if (verifier.get().verify(List.of(chain), clock.instant()) instanceof Verification.Rejected rejected
                && !tolerated.test(rejected)) {
            throw new OpenSslCertificateException(
                    rejected.toString(), new RejectedSvidException(rejected), error(rejected.alert()));
        }
    }

    /** Returns the OpenSSL error code that causes the alert. */
    private static int error(TlsAlert alert) {
        return switch (alert) {
            case BAD_CERTIFICATE -> CertificateVerifier.X509_V_ERR_CERT_REJECTED;
            case CERTIFICATE_EXPIRED -> CertificateVerifier.X509_V_ERR_CERT_HAS_EXPIRED;
            case CERTIFICATE_REVOKED -> CertificateVerifier.X509_V_ERR_CERT_REVOKED;
            case UNKNOWN_CA -> CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
        };
    }
}
