package dev.weft.identity.svid;

import dev.weft.identity.spiffe.TrustDomain;
import java.util.Optional;

/**
 * Which trust domains an X.509 name constraint can express.
 *
 * <p>SPIFFE lets a trust domain be any mix of letters, digits, dots, hyphens and underscores. A name constraint on a URI
 * compares host names (RFC 5280 section 4.2.1.10); verifiers must refuse IP addresses there and do not agree about anything
 * else. An issuer whose constraint half of the verifiers reject, or worse ignore, is not made: Weft's issuers are for trust
 * domains that are host names. Verification accepts every trust domain that SPIFFE does, where no constraint applies.
 */
public final class ConstrainableNames {

    private static final int MAX_LABEL = 63;

    private ConstrainableNames() {}

    /** What keeps a name constraint from expressing the trust domain, as a clause; empty if nothing does. */
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
