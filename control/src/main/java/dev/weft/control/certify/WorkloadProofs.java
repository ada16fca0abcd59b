package dev.weft.control.certify;

import dev.weft.control.attest.Attestation;
import dev.weft.control.attest.AttestationStage;
import dev.weft.control.attest.WorkloadClaims;
import dev.weft.control.attest.WorkloadRefusal;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.time.Duration;
import java.util.Optional;

/** Judges workload tokens as proofs, after the platform has identified their owner. Safe for use by several threads. */
record WorkloadProofs(AttestationStage stage, TrustDomain trustDomain, MeshMembers residents, BadTokenLimiter bad) {

    /**
     * Retry time for a workload that the registry does not know: it usually learns of a new workload within this time.
     */
    static final Duration RETRY_UNKNOWN = Duration.ofSeconds(1);

    NotIssuedException refusal(Attestation.Refused refused, String peer) {
        Refusal refusal = Refusal.of(refused.reason());
        return switch (refused.reason()) {
            case LATER, CALLER_GONE, NO_PLATFORM ->
                new NotIssuedException(new Outcome.Refused(refusal, refused.text(), refused.retryAfter()));
            case NOT_AUTHENTICATED,
                    OTHER_AUDIENCE,
                    EXPIRED,
                    NO_SERVICE_ACCOUNT,
                    NOT_BOUND,
                    POD_GONE,
                    OTHER_POD,
                    OTHER_SERVICE_ACCOUNT -> bad.refusal(peer, refusal, refused.text());
        };
    }

    /**
     * Accepts the identity if the registry has the workload. An unknown workload is asked to try again: the registry
     * learns of a new workload at about the time of its first request.
     */
    Claim claim(WorkloadClaims claims) throws NotIssuedException {
        SpiffeId id = claims.identity(trustDomain);
        if (!residents.has(id, Optional.of(claims.mark()))) {
            throw new NotIssuedException(
                    RETRY_UNKNOWN,
                    Refusal.WORKLOAD_NOT_KNOWN_YET,
                    "the mesh has no meshed workload " + claims.workload() + " of the identity " + id
                            + " yet; try again soon");
        }
        return Claim.of(id, claims);
    }

    /** Tells the platform why its workload gets no certificate, unless the cause is only momentary. */
    void notifyPlatform(WorkloadClaims claims, Outcome.Refused refused) {
        boolean unknown = refused.refusal() == Refusal.WORKLOAD_NOT_KNOWN_YET;
        if (refused.refusal() != Refusal.CALLER_GONE
                && (unknown || refused.retryAfter().isEmpty())) {
            stage.refused(new WorkloadRefusal(claims, refused.refusal().code(), refused.reason(), unknown));
        }
    }
}
