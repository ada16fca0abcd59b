package dev.weft.control.certify;

import java.security.cert.X509Certificate;
import java.util.List;

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

    /**
     * The SVID of the mutual TLS connection, leaf first, whose key the caller has shown to hold. It is verified when its turn
     * comes: the connection may be older than what is trusted now.
     */
    record Svid(List<X509Certificate> chain) implements Proof {
        public Svid {
            chain = List.copyOf(chain);
        }
    }

    /** One word, for logs and metrics. */
    default String kind() {
        return switch (this) {
            case None _ -> "none";
            case Token _ -> "token";
            case Svid _ -> "svid";
        };
    }
}
