package dev.weft.control.certify;

import dev.weft.identity.verify.Verification;

/** How a caller shows which identity it is. */
public sealed interface Proof {

    /** Nothing was shown. */
    record None() implements Proof {}

    /** A join token, not looked at yet. */
    record Token(String value) implements Proof {
        /** Without the token. */
        @Override
        public String toString() {
            return "Token[hidden]";
        }
    }

    /** The SVID of the mutual TLS connection, verified now. */
    record Svid(Verification verification) implements Proof {}

    /** One word, for logs and metrics. */
    default String kind() {
        return switch (this) {
            case None _ -> "none";
            case Token _ -> "token";
            case Svid _ -> "svid";
        };
    }
}
