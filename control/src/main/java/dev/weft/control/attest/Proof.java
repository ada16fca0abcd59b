package dev.weft.control.attest;

import static java.util.Objects.requireNonNull;

import java.security.cert.X509Certificate;
import java.util.List;

/** How a caller shows which identity it is. */
public sealed interface Proof {

    /** Nothing was shown. */
    record None() implements Proof {}

    /** A join token, which is good for one certificate; not looked at yet. */
    record JoinToken(String value) implements Proof {
        public JoinToken {
            requireNonNull(value, "value");
        }

        /** Without the token. */
        @Override
        public String toString() {
            return "JoinToken[hidden]";
        }
    }

    /** A token that the platform gives its workloads. It may be shown again for as long as it is good; not looked at yet. */
    record WorkloadToken(String value) implements Proof {
        public WorkloadToken {
            requireNonNull(value, "value");
        }

        /** Without the token. */
        @Override
        public String toString() {
            return "WorkloadToken[hidden]";
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
            case JoinToken _ -> "token";
            case WorkloadToken _ -> "workload-token";
            case Svid _ -> "svid";
        };
    }
}
