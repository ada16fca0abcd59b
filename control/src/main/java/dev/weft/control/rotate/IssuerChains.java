package dev.weft.control.rotate;

import dev.weft.control.refusal.RefusedException;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.Pem;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Reads the certificates that operators supply. */
final class IssuerChains {

    private IssuerChains() {}

    /** Returns the issuer's chain as it is stored: without the anchor, which may have been supplied with it. */
    static List<X509Certificate> withoutAnchor(String pem) {
        List<X509Certificate> chain = decode(pem, "chain of the issuer");
        X509Certificate last = chain.getLast();
        return chain.size() > 1 && Certificates.isSignedBy(last, last) ? chain.subList(0, chain.size() - 1) : chain;
    }

    /** @throws RefusedException if the text is not PEM of certificates */
    static List<X509Certificate> decode(String pem, String what) {
        try {
            return Pem.decodeCertificates(pem);
        } catch (InvalidEncodingException e) {
            throw new RefusedException(
                    RotationRefusals.BAD_INPUT,
                    "the " + what + " cannot be read: " + e.getMessage(),
                    "give certificates in PEM, the issuer's own first");
        }
    }

    /** Returns the anchor that signed the last certificate of the chain; the chain itself lacks the anchor. */
    static Optional<X509Certificate> anchorOf(List<X509Certificate> chain, List<X509Certificate> anchors) {
        return anchors.stream()
                .filter(anchor -> Certificates.isSignedBy(chain.getLast(), anchor))
                .findFirst();
    }
}
