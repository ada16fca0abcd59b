package dev.weft.proxy.tunnel;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.Verification;
import dev.weft.proxy.mesh.MeshState;
import dev.weft.proxy.session.Refusal;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What the two sides of a tunnel have proven, and whether it still counts. Belongs to the tunnel's event loop. The answer for
 * a set of bundles is remembered, so that deciding a thousand sessions of one tunnel again costs one verification.
 */
final class PeerProof {
    private final MeshState mesh;
    private final List<X509Certificate> chain;
    private final SpiffeId local;
    private final SpiffeId peer;
    private final Instant notAfter;
    private final String tls;
    private TrustBundles verifiedBy;
    private @Nullable Refusal verdict;

    private PeerProof(
            MeshState mesh,
            List<X509Certificate> chain,
            SpiffeId local,
            SpiffeId peer,
            Instant notAfter,
            String tls,
            TrustBundles verifiedBy) {
        this.mesh = mesh;
        this.chain = chain;
        this.local = local;
        this.peer = peer;
        this.notAfter = notAfter;
        this.tls = tls;
        this.verifiedBy = verifiedBy;
    }

    /** Thrown when the peer has proven nothing that counts; the message is the reason. */
    static final class UnprovenException extends Exception {
        private static final long serialVersionUID = 1L;
        private final String rule;

        UnprovenException(String rule, String message) {
            super(message);
            this.rule = rule;
        }

        String rule() {
            return rule;
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    /** Verifies what the handshake's peer presented, by the bundles of this moment. */
    static PeerProof of(SslHandler ssl, MeshState mesh, SpiffeId local, Instant localNotAfter)
            throws UnprovenException {
        if (!"h2".equals(ssl.applicationProtocol())) {
            throw new UnprovenException(
                    "alpn", "application protocol: " + ssl.applicationProtocol() + " (expected: h2)");
        }
        SSLSession session = ssl.engine().getSession();
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate certificate : session.getPeerCertificates()) {
                chain.add((X509Certificate) certificate);
            }
        } catch (SSLPeerUnverifiedException e) {
            throw new UnprovenException("no-certificate", "the peer presented no certificate");
        }
        TrustBundles bundles = mesh.bundles();
        return switch (mesh.verify(chain)) {
            case Verification.Rejected rejected ->
                throw new UnprovenException(rejected.rule().toString(), rejected.reason());
            case Verification.Verified verified ->
                new PeerProof(
                        mesh,
                        List.copyOf(chain),
                        local,
                        verified.id(),
                        verified.notAfter().isBefore(localNotAfter) ? verified.notAfter() : localNotAfter,
                        session.getProtocol() + " " + session.getCipherSuite(),
                        bundles);
        };
    }

    /** Whether the proof still counts. */
    @SuppressWarnings("ReferenceEquality") // the question is whether the snapshot was replaced
    @Nullable
    Refusal check() {
        if (!mesh.now().isBefore(notAfter)) {
            return Refusal.of(
                    Refusal.Code.CERTIFICATE_ENDED,
                    "a certificate of the tunnel with " + peer + " ended at " + notAfter);
        }
        TrustBundles bundles = mesh.bundles();
        if (bundles != verifiedBy) {
            verdict = switch (mesh.verifyEstablished(chain)) {
                case Verification.Verified verified -> null;
                case Verification.Rejected rejected ->
                    Refusal.of(Refusal.Code.NO_LONGER_TRUSTED, "the certificate of " + peer + ": " + rejected.reason());
            };
            verifiedBy = bundles;
        }
        return verdict;
    }

    /** The workload's identity. */
    SpiffeId local() {
        return local;
    }

    /** The peer's proven identity. */
    SpiffeId peer() {
        return peer;
    }

    /** The earlier end of both certificates. */
    Instant notAfter() {
        return notAfter;
    }

    /** TLS version and cipher. */
    String tls() {
        return tls;
    }
}
