package dev.weft.proxy.tunnel.proof;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import dev.weft.proxy.mesh.MeshState;
import dev.weft.proxy.session.Refusal;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The identities that both sides of a tunnel have proven, in the handshake or later, and whether this proof is still
 * valid. Belongs to the tunnel's event loop. The verdict for a set of bundles is cached, so that to decide a thousand
 * sessions of one tunnel again costs one verification.
 */
public final class PeerProof {
    private final MeshState mesh;
    private final List<X509Certificate> chain;
    private final X509Svid own;
    private final SpiffeId peer;
    private final Instant notAfter;
    private final String tls;
    private final @Nullable TunnelBinding binding;
    private SvidVerifier verifiedBy;
    private @Nullable SpkiFingerprint ownIssuer; // computed at first use
    private @Nullable SpkiFingerprint peerIssuer;
    private @Nullable Refusal verdict;

    private PeerProof(
            MeshState mesh,
            List<X509Certificate> chain,
            X509Svid own,
            Verification.Verified verified,
            String tls,
            @Nullable TunnelBinding binding,
            SvidVerifier verifiedBy) {
        this.mesh = mesh;
        this.chain = chain;
        this.own = own;
        this.peer = verified.id();
        Instant ownEnd = end(own);
        this.notAfter = verified.notAfter().isBefore(ownEnd) ? verified.notAfter() : ownEnd;
        this.tls = tls;
        this.binding = binding;
        this.verifiedBy = verifiedBy;
    }

    /**
     * Verifies the certificates that the peer presented in the handshake, by the current bundles.
     *
     * @param side which side this is
     * @param own the certificate that this side presented
     * @throws UnprovenException the peer has not proven an identity
     */
    public static PeerProof of(SslHandler ssl, MeshState mesh, Side side, X509Svid own) throws UnprovenException {
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
        SvidVerifier verifier = mesh.verifier();
        Verification.Verified verified = verify(verifier, mesh, chain);
        TunnelBinding binding = side == Side.CLIENT
                ? TunnelBinding.of(ssl, own.leaf(), chain.getFirst())
                : TunnelBinding.of(ssl, chain.getFirst(), own.leaf());
        String tls = session.getProtocol() + " " + session.getCipherSuite();
        return new PeerProof(mesh, List.copyOf(chain), own, verified, tls, binding, verifier);
    }

    private static Verification.Verified verify(SvidVerifier verifier, MeshState mesh, List<X509Certificate> chain)
            throws UnprovenException {
        return switch (verifier.verify(chain, mesh.now())) {
            case Verification.Rejected rejected ->
                throw new UnprovenException(rejected.rule().toString(), rejected.reason());
            case Verification.Verified verified -> verified;
        };
    }

    /** Returns the earliest end of the chain's certificates. */
    private static Instant end(X509Svid svid) {
        return svid.chain().stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .orElse(Instant.MAX);
    }

    /**
     * Returns the proof that replaces this one after the peer has presented a new certificate in the tunnel. The
     * certificate is judged as in a new handshake, and must have the same identity. This proof stays unchanged.
     *
     * @param peerSide the side from which the message comes
     * @param nonce the nonce that had to be signed
     * @param present the certificate that this side presents from now on
     * @throws UnprovenException the peer has not proven its identity again
     */
    public PeerProof anew(Side peerSide, byte[] nonce, ProofMessage message, X509Svid present)
            throws UnprovenException {
        if (binding == null) {
            throw new UnprovenException("no-binding", "nothing ties a proof to this tunnel");
        }
        if (!present.id().equals(own.id())) {
            throw new UnprovenException(
                    "own-identity", "this side is " + present.id() + " by now (expected: " + own.id() + ")");
        }
        SvidVerifier verifier = mesh.verifier();
        Verification.Verified verified = verify(verifier, mesh, message.chain());
        if (!verified.id().equals(peer)) {
            throw new UnprovenException(
                    "wrong-identity", "the proof is of " + verified.id() + " (expected: " + peer + ")");
        }
        if (!binding.signed(peerSide, nonce, message.chain(), message.signature())) {
            throw new UnprovenException(
                    "signature",
                    "the proof of " + peer + " is not signed for this tunnel by the key of its certificate");
        }
        return new PeerProof(mesh, message.chain(), present, verified, tls, binding, verifier);
    }

    /** Returns why the proof is no longer valid; null if it is valid. */
    @SuppressWarnings("ReferenceEquality") // the question is whether the snapshot was replaced
    @Nullable
    public Refusal check() {
        if (!mesh.now().isBefore(notAfter)) {
            return Refusal.of(
                    Refusal.Code.CERTIFICATE_ENDED,
                    "a certificate of the tunnel with " + peer + " ended at " + notAfter);
        }
        SvidVerifier verifier = mesh.verifier();
        if (verifier != verifiedBy) {
            // A change of another trust domain, however often it comes, costs the tunnels of this trust domain nothing.
            if (!verifier.trustsAs(verifiedBy, peer.trustDomain())) {
                verdict = judge(verifier);
            }
            verifiedBy = verifier;
        }
        return verdict;
    }

    private @Nullable Refusal judge(SvidVerifier verifier) {
        return switch (verifier.verifyEstablished(chain, mesh.now())) {
            case Verification.Verified _ -> null;
            case Verification.Rejected rejected ->
                Refusal.of(Refusal.Code.NO_LONGER_TRUSTED, "the certificate of " + peer + ": " + rejected.reason());
        };
    }

    /** Returns the value that ties a later proof to this tunnel; null if there is none. */
    @Nullable
    public TunnelBinding binding() {
        return binding;
    }

    /** Returns the certificate by which this side has proven itself. */
    public X509Svid own() {
        return own;
    }

    /**
     * Whether this side's certificate has another issuer than this one, or the peer's certificate does and the peer is
     * of the same trust domain.
     */
    public boolean restsOnOther(SpkiFingerprint issuer) {
        if (ownIssuer == null) {
            ownIssuer = issuer(own.chain());
            peerIssuer = issuer(chain);
        }
        return !issuer.equals(ownIssuer)
                || (peer.trustDomain().equals(own.id().trustDomain()) && !issuer.equals(peerIssuer));
    }

    private static @Nullable SpkiFingerprint issuer(List<X509Certificate> chain) {
        return chain.size() < 2 ? null : SpkiFingerprint.of(chain.get(1).getPublicKey());
    }

    /** Returns the workload's identity. */
    public SpiffeId local() {
        return own.id();
    }

    /** Returns the peer's proven identity. */
    public SpiffeId peer() {
        return peer;
    }

    /** Returns the earlier end of both certificates. */
    public Instant notAfter() {
        return notAfter;
    }

    /** Returns TLS version and cipher. */
    public String tls() {
        return tls;
    }
}
