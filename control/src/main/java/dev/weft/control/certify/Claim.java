package dev.weft.control.certify;

import dev.weft.control.attest.WorkloadClaims;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.Holder;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Function;

/** Whether a proof entitles its holder to a certificate. */
sealed interface Claim {

    /**
     * The identity is proven.
     *
     * @param holder which of all that have the identity asks
     * @param workload the workload, where the platform has identified it
     * @param account records the certificate before it is handed out; returns a refusal if it must not be
     * @param awaitRecorded waits until that record is permanent; runs after the turn, because it may take a second
     */
    record Accepted(
            SpiffeId id,
            Holder holder,
            Optional<WorkloadClaims> workload,
            Function<X509Certificate, Optional<Outcome>> account,
            Runnable awaitRecorded)
            implements Claim {

        /** Returns the claim for a workload that the platform has identified. */
        static Accepted of(SpiffeId id, WorkloadClaims workload) {
            return new Accepted(id, Holder.of(workload.mark()), Optional.of(workload), _ -> Optional.empty(), () -> {});
        }
    }

    /** The identity is not proven, or must not have a certificate. */
    record Refused(Outcome outcome) implements Claim {}
}
