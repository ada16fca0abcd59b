package dev.weft.kubernetes.install;

import dev.weft.control.certify.IssuerProof;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.IssuingException;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.kubernetes.manifest.Trees;
import dev.weft.mesh.state.StateException;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The secret {@code weft-issuer}: the issuer with which the control plane signs, and the mesh's first anchor.
 *
 * @param certificate {@code tls.crt}, PEM
 * @param key {@code tls.key}, PKCS#8, PEM
 * @param anchor {@code ca.crt}, PEM
 */
public record IssuerSecret(String certificate, String key, String anchor) {

    static final String NAME = "weft-issuer";

    /**
     * Returns the secret of an issuer, after checking that a certificate signed by it verifies under the anchor.
     *
     * @param chain the issuer's certificate first, without the anchor
     * @throws IllegalArgumentException if the issuer is not of the trust domain, has another key, or is under another
     *     anchor
     */
    public static IssuerSecret of(
            TrustDomain trustDomain, X509Certificate anchor, List<X509Certificate> chain, PrivateKey key, Instant now) {
        Issuer issuer = Issuer.load(trustDomain, chain, key);
        try {
            IssuerProof.prove(issuer, TrustBundles.of(TrustBundle.of(trustDomain, List.of(anchor))), now);
        } catch (StateException | IssuingException e) {
            throw new IllegalArgumentException("issuer of " + trustDomain + ": " + e.getMessage(), e);
        }
        return new IssuerSecret(
                Pem.encodeCertificates(chain), Pem.encodePrivateKey(key), Pem.encodeCertificates(List.of(anchor)));
    }

    /** Returns the name of the object. */
    public static ObjectName name() {
        return new ObjectName("v1", "Secret", "weft-system", NAME);
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = name().tree();
        tree.put("type", "kubernetes.io/tls");
        tree.put("data", Trees.of("tls.crt", base64(certificate), "tls.key", base64(key), "ca.crt", base64(anchor)));
        return tree;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "IssuerSecret[" + NAME + "]";
    }
}
