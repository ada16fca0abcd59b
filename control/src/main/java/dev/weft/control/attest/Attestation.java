package dev.weft.control.attest;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/** What a workload token turned out to be worth. */
public sealed interface Attestation {

    /** The token is good: the platform says whose it is. */
    record Verified(WorkloadClaims claims) implements Attestation {
        public Verified {
            requireNonNull(claims, "claims");
        }
    }

    /**
     * The token proves nothing.
     *
     * @param text fit to be told to the caller; never has the token in it
     * @param retryAfter when to try again with the same token; empty where that is of no use
     */
    record Refused(Reason reason, String text, Optional<Duration> retryAfter) implements Attestation {
        public Refused {
            requireNonNull(reason, "reason");
            requireNonNull(text, "text");
            requireNonNull(retryAfter, "retryAfter");
        }
    }

    /** Why a token proves nothing. */
    enum Reason {
        /** It was not found out: too many ask, or the platform does not answer. */
        LATER,
        /** The caller did not wait for the answer. */
        CALLER_GONE,
        /** This control plane has no platform that makes such tokens. */
        NO_PLATFORM,
        /** The platform does not know the token. */
        NOT_AUTHENTICATED,
        /** It was made for another audience than the mesh. */
        OTHER_AUDIENCE,
        /** Its time is over. */
        EXPIRED,
        /** It is a user's or a node's. */
        NO_SERVICE_ACCOUNT,
        /** It is a service account's, and not bound to one pod. */
        NOT_BOUND,
        /** The pod that it was made for is gone. */
        POD_GONE,
        /** A pod of the same name has taken the place of the one that it was made for. */
        OTHER_POD,
        /** The service account that it was made for is gone, also where another has its name now. */
        OTHER_SERVICE_ACCOUNT
    }

    /** A refusal that this token will get again. */
    static Refused refuse(Reason reason, String text) {
        return new Refused(reason, text, Optional.empty());
    }

    /** It could not be found out; the same token may be shown again after this time. */
    static Refused later(Duration retryAfter, String text) {
        return new Refused(Reason.LATER, text, Optional.of(retryAfter));
    }
}
