package dev.weft.identity.svid;

import dev.weft.identity.spiffe.TrustDomain;
import java.util.Optional;

/**
 * Finds out which trust domains an X.509 name constraint can express.
 *
 * <p>SPIFFE lets a trust domain be any mix of letters, digits, dots, hyphens and underscores. A name constraint on a
 * URI compares host names (RFC 5280 section 4.2.1.10). Verifiers must refuse IP addresses there, and they disagree
 * about all other names. Some would reject such an issuer, and others would ignore its constraint. So Weft creates
 * issuers only for trust domains that are host names. Where no constraint applies, verification accepts every trust
 * domain that SPIFFE accepts.
 */
public final class ConstrainableNames {

    private static final int MAX_LABEL = 63;

    private ConstrainableNames() {}

    /** Returns why a name constraint cannot express the trust domain, as a clause; empty if it can. */
    public static Optional<String> obstacle(TrustDomain trustDomain) {
        String[] labels = trustDomain.name().split("\\.", -1);
        for (String label : labels) {
            if (label.isEmpty() || label.length() > MAX_LABEL) {
                return Optional.of("a label has " + label.length() + " characters (expected: 1-" + MAX_LABEL + ")");
            }
            if (label.indexOf('_') >= 0) {
                return Optional.of("it holds an underscore");
            }
            if (label.startsWith("-") || label.endsWith("-")) {
                return Optional.of("a label begins or ends with a hyphen");
            }
        }
        char last = labels[labels.length - 1].charAt(0);
        if (last >= '0' && last <= '9') {
            return Optional.of("its last label begins with a digit, as in an IP address");
        }
        return Optional.empty();
    }
}
