package dev.weft.proxy.tunnel.proof;

import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.Sha256;
import dev.weft.identity.svid.X509Svid;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Ties a signature to one tunnel. It is derived from the resumption master secret of the tunnel's handshake (RFC 8446
 * section 7.1). Only the two sides know that value. It differs for each handshake, and depends on the whole handshake,
 * including both certificates and both signatures. No resumption is ever offered, so the value has no other use. An
 * attacker between two handshakes has two such values, and a signature made for one handshake is worthless in the
 * other.
 *
 * <p>The signed content has the form of TLS 1.3's own signatures (section 4.4.3) with Weft's own context, so that
 * neither can be taken for the other. The full argument is in docs/decisions/0013.
 */
public final class TunnelBinding {
    private static final String CONTEXT = "weft tunnel proof 1, ";
    private static final byte[] LABEL = "weft tunnel binding 1".getBytes(StandardCharsets.US_ASCII);
    private static final int LEAST_SECRET = 32;
    private static final int PADDING = 64;
    private static final String TLS_1_3 = "TLSv1.3";
    private static final String SIGNATURE = "SHA256withECDSA";

    private final byte[] secret;

    /** Derives the binding from a handshake's secret and the two certificates presented in it. */
    TunnelBinding(byte[] handshakeSecret, X509Certificate client, X509Certificate server) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(handshakeSecret, "HmacSHA256"));
            mac.update(LABEL);
            mac.update(sha256(List.of(client)));
            mac.update(sha256(List.of(server)));
            secret = mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256, which every Java has", e);
        }
    }

    /**
     * Returns the binding of a completed handshake; null if the provider does not give the secret. Called on the
     * channel's event loop.
     */
    public static @Nullable TunnelBinding of(SslHandler ssl, X509Certificate client, X509Certificate server) {
        if (!(ssl.engine() instanceof ReferenceCountedOpenSslEngine engine)
                || !TLS_1_3.equals(engine.getSession().getProtocol())) {
            return null;
        }
        long pointer = engine.sslPointer();
        byte[] secret = pointer == 0 ? null : SSL.getMasterKey(pointer);
        if (secret == null || secret.length < LEAST_SECRET || MessageDigest.isEqual(secret, new byte[secret.length])) {
            return null;
        }
        TunnelBinding binding = new TunnelBinding(secret, client, server);
        Arrays.fill(secret, (byte) 0);
        return binding;
    }

    /** Signs that this side holds the key of this certificate, on this side of this tunnel. */
    public byte[] sign(Side side, byte[] nonce, X509Svid svid) {
        return sign(side, nonce, svid.chain(), svid.key());
    }

    public byte[] sign(Side side, byte[] nonce, List<X509Certificate> chain, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance(SIGNATURE);
            signature.initSign(key);
            signature.update(content(side, nonce, chain));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("signing by the workload's own key", e);
        }
    }

    /** Whether the holder of the key of this chain's leaf signed this nonce, as that side, in this tunnel. */
    public boolean signed(Side side, byte[] nonce, List<X509Certificate> chain, byte[] signed) {
        if (!(chain.getFirst().getPublicKey() instanceof ECPublicKey key)) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance(SIGNATURE);
            signature.initVerify(key);
            signature.update(content(side, nonce, chain));
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // another kind of signature, or none
        }
    }

    private byte[] content(Side side, byte[] nonce, List<X509Certificate> chain) {
        byte[] context = (CONTEXT + side.text()).getBytes(StandardCharsets.US_ASCII);
        MessageDigest digest = Sha256.digest();
        digest.update(secret);
        digest.update(nonce);
        digest.update(sha256(chain));
        byte[] hash = digest.digest();
        byte[] content = new byte[PADDING + context.length + 1 + hash.length];
        Arrays.fill(content, 0, PADDING, (byte) ' ');
        System.arraycopy(context, 0, content, PADDING, context.length);
        System.arraycopy(hash, 0, content, content.length - hash.length, hash.length);
        return content;
    }

    private static byte[] sha256(List<X509Certificate> chain) {
        MessageDigest digest = Sha256.digest();
        chain.forEach(certificate -> digest.update(Certificates.encode(certificate)));
        return digest.digest();
    }
}
