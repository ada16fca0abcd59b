package dev.weft.identity.csr;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.interfaces.ECPublicKey;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/**
 * ECDSA signatures of requests, verified by Bouncy Castle's own arithmetic: a quarter to a tenth of the time of the JDK's, which
 * is most of what issuing costs. Only public values are involved, so it need not take the same time for all of them.
 */
final class CsrSignature {

    private static final X9ECParameters P256 = CustomNamedCurves.getByName("secp256r1");
    private static final X9ECParameters P384 = CustomNamedCurves.getByName("secp384r1");

    private CsrSignature() {}

    /**
     * Whether a signature over a message is of the key.
     *
     * @param key on P-256 or P-384
     * @param hash name of the hash that is signed
     * @throws IOException if the signature is no sequence of two numbers in DER
     * @throws RuntimeException if the key is no point on its curve
     */
    static boolean verifies(ECPublicKey key, String hash, byte[] message, byte[] signature)
            throws IOException, GeneralSecurityException {
        X9ECParameters curve = key.getParams().getOrder().equals(P256.getN()) ? P256 : P384;
        ECDomainParameters domain = new ECDomainParameters(curve);
        // SEC 1 section 3.2.2.1: a point that is not on the curve proves nothing.
        ECPublicKeyParameters point = new ECPublicKeyParameters(
                curve.getCurve()
                        .validatePoint(key.getW().getAffineX(), key.getW().getAffineY()),
                domain);
        BigInteger[] numbers = StandardDSAEncoding.INSTANCE.decode(domain.getN(), signature);
        ECDSASigner verifier = new ECDSASigner();
        verifier.init(false, point);
        return verifier.verifySignature(MessageDigest.getInstance(hash).digest(message), numbers[0], numbers[1]);
    }
}
