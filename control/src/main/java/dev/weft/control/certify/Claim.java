package dev.weft.control.certify;

import dev.weft.control.attest.WorkloadClaims;
import dev.weft.identity.spiffe.SpiffeId;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Function;

/** What a proof turned out to be worth, when all else was well. */
sealed interface Claim {

    /**
     * The identity is proven.
     *
     * @param workload which of the identity's workloads it is, where the platform has said so
     * @param account keeps account of the certificate before it is handed out, and may say no
     * @param settle waits until the account lasts; after the turn, as it may take a second
     */
    record Accepted(
            SpiffeId id,
            Optional<WorkloadClaims> workload,
            Function<X509Certificate, Optional<Outcome>> account,
            Runnable settle)
            implements Claim {

        Accepted(SpiffeId id, Optional<WorkloadClaims> workload, Function<X509Certificate, Optional<Outcome>> account) {
            this(id, workload, account, () -> {});
        }

        Accepted(SpiffeId id, Function<X509Certificate, Optional<Outcome>> account) {
            this(id, Optional.empty(), account);
        }
    }

    /** It is not, or must have no certificate. */
    record Refused(Outcome outcome) implements Claim {}
}
