package dev.weft.policy.model;

import dev.weft.identity.spiffe.ServiceAccount;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;

/** One property that a policy may require of a peer. */
public sealed interface Condition {

    /** The peer's SPIFFE ID equals this one. */
    record Identity(SpiffeId id) implements Condition {
        @Override
        public String toString() {
            return "identity " + id;
        }
    }

    /**
     * The peer's SPIFFE ID begins with this prefix. The prefix ends at the border of a path segment.
     *
     * @param prefix the beginning of a SPIFFE ID, up to and with a "/"
     */
    record IdentityPrefix(String prefix) implements Condition {

        /** The end of an identity, as written in a policy, that stands for all identities below it. */
        public static final String ANY_BELOW = "/*";

        /** @throws IllegalArgumentException if the prefix is not the beginning of a SPIFFE ID that ends with "/" */
        public IdentityPrefix {
            requirePrefix(prefix);
        }

        private static void requirePrefix(String prefix) {
            if (!prefix.endsWith("/")) {
                throw new IllegalArgumentException(
                        "identityPrefix: " + prefix + " (expected: ends with \"/\", so that it ends at a segment)");
            }
            String whole = prefix.substring(0, prefix.length() - 1);
            if (!SpiffeId.parse(whole).toString().equals(whole)) {
                throw new IllegalArgumentException(
                        "identityPrefix: " + prefix + " (expected: scheme and trust domain in lower case)");
            }
        }

        @Override
        public String toString() {
            return "identityPrefix " + prefix;
        }
    }

    /** The peer is this service account of the workload's own trust domain. */
    record Account(ServiceAccount account) implements Condition {
        @Override
        public String toString() {
            return "serviceAccount " + account;
        }
    }

    /** The peer is any service account of this namespace of the workload's own trust domain. */
    record InNamespace(String namespace) implements Condition {
        @Override
        public String toString() {
            return "namespace " + namespace;
        }
    }

    /** The peer belongs to this trust domain. */
    record InTrustDomain(TrustDomain trustDomain) implements Condition {
        @Override
        public String toString() {
            return "trustDomain " + trustDomain;
        }
    }

    /** The peer's IP address is in this range. This proves nothing about the peer's identity. */
    record FromAddress(Cidr range) implements Condition {
        @Override
        public String toString() {
            return "cidr " + range;
        }
    }

    /** The peer has proven some identity. */
    record Authenticated() implements Condition {
        @Override
        public String toString() {
            return "authenticated";
        }
    }

    /** Any peer. */
    record Anyone() implements Condition {
        @Override
        public String toString() {
            return "anyone";
        }
    }
}
