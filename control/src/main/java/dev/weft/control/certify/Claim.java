package dev.weft.control.certify;

import dev.weft.control.attest.WorkloadClaims;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.Holder;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * A proven identity, whose holder may have a certificate.
 *
 * @param holder which of all that have the identity asks
 * @param workload the workload, where the platform has identified it
 * @param account records the certificate before it is handed out
 * @param awaitRecorded waits until that record is permanent; runs after the turn, because it may take a second
 */
record Claim(SpiffeId id, Holder holder, Optional<WorkloadClaims> workload, Account account, Runnable awaitRecorded) {

    /** Records certificates. */
    interface Account {
        /** Records a certificate; refuses one that must not be handed out. */
        void record(X509Certificate leaf) throws NotIssuedException;
    }

    /** Judges a proof, when it is its request's turn. */
    interface Source {
        /** Returns the claim; refuses an identity that is not proven, or must not have a certificate. */
        Claim claim() throws NotIssuedException;
    }

    /** Returns the claim for a workload that the platform has identified. */
    static Claim of(SpiffeId id, WorkloadClaims workload) {
        return new Claim(id, Holder.of(workload.mark()), Optional.of(workload), _ -> {}, () -> {});
    }
}
