package dev.weft.control.peering;

import dev.weft.control.server.ControlServer;
import dev.weft.control.trust.TrustSource;
import dev.weft.daemon.tls.PeerCertificateCheck;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.verify.Verification;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/**
 * Accepts a server's certificate in the handshake only if it belongs to a control plane of the expected trust domain.
 */
final class PeerTrust extends PeerCertificateCheck {

    private final TrustDomain peer;
    private final TrustSource trust;
    private final Clock clock;
    private volatile Instant until = Instant.EPOCH;
    private volatile String refusal = "";

    PeerTrust(TrustDomain peer, TrustSource trust, Clock clock) {
        this.peer = peer;
        this.trust = trust;
        this.clock = clock;
    }

    /** Returns the end of the certificate that was accepted last. */
    Instant until() {
        return until;
    }

    /** Returns why a certificate was refused; empty if none was. */
    String refusal() {
        return refusal;
    }

    @Override
    protected void check(X509Certificate[] chain) throws CertificateException {
        until = switch (trust.verifier().verify(List.of(chain), clock.instant())) {
            case Verification.Verified verified
            when verified.id().equals(ControlServer.identity(peer)) -> verified.notAfter();
            case Verification.Verified verified ->
                throw refuse("it proves " + verified.id() + " (expected: " + ControlServer.identity(peer) + ")");
            case Verification.Rejected rejected -> throw refuse("its SVID is refused: " + rejected);
        };
    }

    private CertificateException refuse(String reason) {
        refusal = reason;
        return new CertificateException(reason);
    }
}
