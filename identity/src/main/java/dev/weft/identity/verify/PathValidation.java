package dev.weft.identity.verify;

import dev.weft.identity.spiffe.PeerText;
import dev.weft.identity.svid.Rule;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;

/**
 * Validates a path by RFC 5280 section 6.1 with the JDK's PKIX validator. Any exception becomes a rejection. For
 * example, the validator throws NullPointerException if name constraints meet a host with an underscore.
 */
final class PathValidation {

    private PathValidation() {}

    /**
     * Validates a path below a trusted certificate. The path starts with the certificate farthest from the anchor.
     *
     * @param index index of the path's first certificate in the peer's chain
     */
    static void validate(List<X509Certificate> path, X509Certificate above, Instant now, int index)
            throws RejectionException {
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(above, null)));
            // Revocations are streamed with the trust bundle; CRLs and OCSP are not used.
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            CertPath certPath = CertificateFactory.getInstance("X.509").generateCertPath(path);
            CertPathValidator.getInstance("PKIX").validate(certPath, parameters);
        } catch (CertPathValidatorException e) {
            throw new RejectionException(index + Math.max(0, e.getIndex()), ruleOf(e), "path validation: " + text(e));
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new RejectionException(index, Rule.PATH, "path validation failed: " + text(e));
        }
    }

    static String text(Exception e) {
        String message = e.getMessage();
        return PeerText.quote(message == null ? e.getClass().getSimpleName() : message);
    }

    private static Rule ruleOf(CertPathValidatorException e) {
        return switch (e.getReason()) {
            case BasicReason.EXPIRED -> Rule.EXPIRED;
            case BasicReason.NOT_YET_VALID -> Rule.NOT_YET_VALID;
            case BasicReason.INVALID_SIGNATURE -> Rule.BAD_SIGNATURE;
            case BasicReason.ALGORITHM_CONSTRAINED -> Rule.ALGORITHM;
            case PKIXReason.NAME_CHAINING -> Rule.WRONG_ISSUER;
            case PKIXReason.PATH_TOO_LONG -> Rule.PATH_LENGTH;
            case PKIXReason.INVALID_NAME -> Rule.NAME_CONSTRAINTS;
            case PKIXReason.NOT_CA_CERT, PKIXReason.INVALID_KEY_USAGE -> Rule.ISSUER_NOT_CA;
            case PKIXReason.UNRECOGNIZED_CRIT_EXT -> Rule.UNKNOWN_CRITICAL_EXTENSION;
            case PKIXReason.NO_TRUST_ANCHOR -> Rule.NO_ANCHOR;
            default -> Rule.PATH;
        };
    }
}
