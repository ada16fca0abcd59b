package dev.weft.identity.jwt;

/** What the verification of a token came to. */
public sealed interface JwtVerification {

    /** The token's bearer may act for its subject. */
    record Verified(JwtSvid svid) implements JwtVerification {}

    /**
     * The token proves nothing.
     *
     * @param reason for people: what is wrong, with the value found and the one expected; never the token
     */
    record Rejected(JwtRule rule, String reason) implements JwtVerification {

        /** The reason with the rule. */
        @Override
        public String toString() {
            return reason + " [" + rule + ", " + rule.reference() + "]";
        }
    }
}
