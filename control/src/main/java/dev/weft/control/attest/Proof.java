package dev.weft.control.attest;

import java.security.cert.X509Certificate;
import java.util.List;

/** What a caller shows to prove its identity. None of it is verified yet. */
public sealed interface Proof {

    /** The caller showed nothing. */
    record None() implements Proof {}

    /** A join token, which is good for one certificate; not verified yet. */
    record JoinToken(String value) implements Proof {

        @Override
        public String toString() {
            return "JoinToken[hidden]";
        }
    }

    /**
     * A token that the platform gives its workloads, not verified yet. It may be shown again for as long as it is
     * valid.
     */
    record WorkloadToken(String value) implements Proof {

        @Override
        public String toString() {
            return "WorkloadToken[hidden]";
        }
    }

    /**
     * The SVID of the mutual TLS connection, leaf first; the caller has proven possession of its key. The SVID is
     * verified when the request has its turn: trust may have changed since the connection began.
     */
    record Svid(List<X509Certificate> chain) implements Proof {
        public Svid {
            chain = List.copyOf(chain);
        }
    }

    /** Returns the kind of proof in one word, for logs and metrics. */
    default String kind() {
        return switch (this) {
            case None _ -> "none";
            case JoinToken _ -> "token";
            case WorkloadToken _ -> "workload-token";
            case Svid _ -> "svid";
        };
    }
}
