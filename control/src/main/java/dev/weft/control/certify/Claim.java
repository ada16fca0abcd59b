package dev.weft.control.certify;

import dev.weft.control.attest.WorkloadClaims;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.WorkloadMark;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Function;

/** What a proof turned out to be worth, when all else was well. */
sealed interface Claim {

    /**
     * The identity is proven.
     *
     * @param holder which of the identity's workloads it is, where that is known
     * @param workload the same as the platform has said it
     * @param account keeps account of the certificate before it is handed out, and may say no
     * @param settle waits until the account lasts; after the turn, as it may take a second
     */
    record Accepted(
            SpiffeId id,
            Optional<WorkloadMark> holder,
            Optional<WorkloadClaims> workload,
            Function<X509Certificate, Optional<Outcome>> account,
            Runnable settle)
            implements Claim {

        /** What the platform has said. */
        static Accepted of(SpiffeId id, WorkloadClaims workload) {
            return new Accepted(
                    id, Optional.of(workload.mark()), Optional.of(workload), _ -> Optional.empty(), () -> {});
        }
    }

    /** It is not, or must have no certificate. */
    record Refused(Outcome outcome) implements Claim {}
}
