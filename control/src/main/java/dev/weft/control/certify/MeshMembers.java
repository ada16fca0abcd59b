package dev.weft.control.certify;

import dev.weft.control.token.Machines;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.WorkloadMark;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Knows which identities are workloads of the mesh now. */
@FunctionalInterface
public interface MeshMembers {

    /** Accepts every caller: for programs without a registry. */
    MeshMembers ANYONE = (_, _) -> true;

    /**
     * Whether the registry has such a meshed workload.
     *
     * @param holder which of the identity's workloads the certificate was issued to; empty if that is not known
     */
    boolean has(SpiffeId identity, Optional<WorkloadMark> holder);

    /** Returns the number of meshed workloads of an identity; the largest number where that is not known. */
    default int workloadsOf(SpiffeId identity) {
        return Integer.MAX_VALUE;
    }

    /**
     * How long after its issue a certificate may name a workload that this control plane does not know yet, while
     * another one does.
     */
    Duration NEW = Duration.ofMinutes(1);

    /** Whether a certificate was issued so recently that its workload may not be known here yet. */
    static boolean isNew(X509Certificate leaf, Instant now) {
        return now.isBefore(
                leaf.getNotBefore().toInstant().plus(TrustAnchors.CLOCK_SKEW).plus(NEW));
    }

    /**
     * Returns which of its identity's workloads a certificate was issued to. The certificate says it, or the record of
     * the machine. Empty for the certificate of a machine that may be any workload of its identity, and for one that an
     * earlier version issued.
     */
    static Optional<WorkloadMark> holderOf(X509Certificate leaf, Machines machines) {
        return WorkloadMark.in(leaf).or(() -> machines.workloadOf(leaf).map(WorkloadMark::of));
    }
}
