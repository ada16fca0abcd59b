package dev.weft.identity.jwt;

/** The result of verifying a token. */
public sealed interface JwtVerification {

    /** The token is valid; its bearer may act for its subject. */
    record Verified(JwtSvid svid) implements JwtVerification {}

    /**
     * The token proves nothing.
     *
     * @param reason for people: what is wrong, with the value found and the value expected; never the token
     */
    record Rejected(JwtRule rule, String reason) implements JwtVerification {

        /** Returns the reason with the rule. */
        @Override
        public String toString() {
            return reason + " [" + rule + ", " + rule.reference() + "]";
        }
    }
}
