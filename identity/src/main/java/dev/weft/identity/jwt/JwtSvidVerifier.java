package dev.weft.identity.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import dev.weft.identity.spiffe.PeerText;
import dev.weft.identity.trust.JwtAuthority;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Instant;
import java.util.Map;

/** Verifies tokens that prove an identity to a receiver. */
public final class JwtSvidVerifier {

    /** Longest token, in characters. A header carries it (JWT-SVID section 5), and headers are short. */
    public static final int MAX_TOKEN = 8192;

    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 8192;

    private JwtSvidVerifier() {}

    /**
     * Verifies a token. Never throws because of its content.
     *
     * @param audience name of the receiver that verifies; the token's audience must contain exactly this name
     * @param bundles the trusted bundles; only the bundle of the subject's own trust domain counts
     */
    public static JwtVerification verify(String token, String audience, TrustBundles bundles, Instant now) {
        if (token.length() > MAX_TOKEN) {
            return new JwtVerification.Rejected(
                    JwtRule.TOO_LARGE, token.length() + " characters (expected: <= " + MAX_TOKEN + ")");
        }
        try {
            return new JwtVerification.Verified(check(token, audience, bundles, now));
        } catch (JwtRejectionException e) {
            return e.toRejected();
        } catch (RuntimeException | StackOverflowError e) {
            // Whatever a library throws on hostile input, nothing is proven. Its message may quote the token.
            return new JwtVerification.Rejected(
                    JwtRule.MALFORMED,
                    "the token cannot be checked: " + e.getClass().getSimpleName());
        }
    }

    private static JwtSvid check(String token, String audience, TrustBundles bundles, Instant now)
            throws JwtRejectionException {
        JwtParts parts = JwtParts.of(token);
        JwtHeader header = JwtHeader.check(parts.header());
        Map<String, Object> content = parts.claims();
        JwtClaims claims = JwtClaims.check(content, audience, now);
        TrustBundle bundle = bundleOf(claims, bundles);
        checkSignature(parts, header, keyOf(header, bundle));
        checkRevocation(claims, bundle);
        return new JwtSvid(token, claims.subject(), claims.audiences(), claims.expiresAt(), content);
    }

    private static TrustBundle bundleOf(JwtClaims claims, TrustBundles bundles) throws JwtRejectionException {
        TrustBundle bundle = bundles.byTrustDomain().get(claims.subject().trustDomain());
        if (bundle == null) {
            throw new JwtRejectionException(
                    JwtRule.UNKNOWN_TRUST_DOMAIN,
                    "trust domain " + claims.subject().trustDomain() + " is not known here");
        }
        if (bundle.state() != TrustBundle.State.ACTIVE) {
            throw new JwtRejectionException(
                    JwtRule.DISABLED_TRUST_DOMAIN, "trust domain " + bundle.trustDomain() + " is disabled");
        }
        return bundle;
    }

    private static PublicKey keyOf(JwtHeader header, TrustBundle bundle) throws JwtRejectionException {
        for (JwtAuthority authority : bundle.jwtAuthorities()) {
            if (authority.keyId().equals(header.keyId())) {
                return authority.publicKey();
            }
        }
        throw new JwtRejectionException(
                JwtRule.UNKNOWN_KEY,
                "key " + PeerText.quote(header.keyId()) + " is no JWT authority of trust domain "
                        + bundle.trustDomain());
    }

    private static void checkSignature(JwtParts parts, JwtHeader header, PublicKey key) throws JwtRejectionException {
        if (key instanceof RSAPublicKey rsa) {
            int bits = rsa.getModulus().bitLength();
            if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
                throw new JwtRejectionException(
                        JwtRule.UNFIT_KEY,
                        "RSA key of " + bits + " bits (expected: " + MIN_RSA_BITS + " to " + MAX_RSA_BITS + ")");
            }
        }
        boolean good;
        try {
            JWSHeader parsed = JWSHeader.parse(parts.encodedHeader());
            good = new DefaultJWSVerifierFactory()
                    .createJWSVerifier(parsed, key)
                    .verify(parsed, parts.signingInput(), parts.signature());
        } catch (ParseException _) {
            throw new JwtRejectionException(JwtRule.MALFORMED, "its header cannot be read");
        } catch (JOSEException _) {
            throw new JwtRejectionException(
                    JwtRule.UNFIT_KEY,
                    "its key is not one for " + header.algorithm()
                            + " (expected: a key of the kind, and on the curve, of the algorithm)");
        }
        if (!good) {
            throw new JwtRejectionException(
                    JwtRule.BAD_SIGNATURE, "not signed by key " + PeerText.quote(header.keyId()));
        }
    }

    private static void checkRevocation(JwtClaims claims, TrustBundle bundle) throws JwtRejectionException {
        Instant issuedBefore = bundle.revocations().identities().get(claims.subject());
        if (issuedBefore != null
                && (claims.issuedAt().isEmpty() || claims.issuedAt().get().isBefore(issuedBefore))) {
            throw new JwtRejectionException(
                    JwtRule.REVOKED_IDENTITY,
                    "tokens of " + claims.subject() + " from before " + issuedBefore + " are revoked");
        }
    }
}
