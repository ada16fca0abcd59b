package dev.weft.control.attest;

import java.time.Duration;
import java.util.Optional;

/** The platform's verdict about a workload token. */
public sealed interface Attestation {

    /** The token is good: the platform has identified its owner. */
    record Verified(WorkloadClaims claims) implements Attestation {}

    /**
     * The token proves nothing.
     *
     * @param text reason that may be sent to the caller; never contains the token
     * @param retryAfter how long to wait before trying again with the same token; empty where trying again is useless
     */
    record Refused(Reason reason, String text, Optional<Duration> retryAfter) implements Attestation {}

    /** Why a token proves nothing. */
    enum Reason {
        /** The owner could not be determined: too many requests, or the platform does not answer. */
        LATER,
        /** The caller did not wait for the answer. */
        CALLER_GONE,
        /** This control plane has no platform that makes such tokens. */
        NO_PLATFORM,
        /** The platform does not know the token. */
        NOT_AUTHENTICATED,
        /** The token was made for another audience than the mesh. */
        OTHER_AUDIENCE,
        /** The token has expired. */
        EXPIRED,
        /** The token belongs to a user or a node. */
        NO_SERVICE_ACCOUNT,
        /** The token belongs to a service account, but is not bound to one pod. */
        NOT_BOUND,
        /** The pod that the token was made for is gone. */
        POD_GONE,
        /** Another pod of the same name has replaced the pod that the token was made for. */
        OTHER_POD,
        /** The service account that the token was made for is gone, even if another has its name now. */
        OTHER_SERVICE_ACCOUNT
    }

    /** Returns a refusal that is final for this token. */
    static Refused refuse(Reason reason, String text) {
        return new Refused(reason, text, Optional.empty());
    }

    /**
     * Returns a refusal because the owner could not be determined; the same token may be shown again after this time.
     */
    static Refused later(Duration retryAfter, String text) {
        return new Refused(Reason.LATER, text, Optional.of(retryAfter));
    }
}
