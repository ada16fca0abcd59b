package dev.weft.control.certify;

import dev.weft.control.token.Machines;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.WorkloadMark;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** Knows which identities are workloads of the mesh now. */
@FunctionalInterface
public interface Residents {

    /** Accepts every caller: for programs without a registry. */
    Residents ANYONE = (_, _) -> true;

    /**
     * Whether the registry has such a meshed workload.
     *
     * @param workload {@code namespace/name}; empty if it is not known which of the identity's workloads asks
     */
    boolean has(SpiffeId identity, Optional<WorkloadMark> holder);

    /**
     * Which of its identity's workloads a certificate was issued to, as it says itself, or as the account of the machine does;
     * empty for those of a machine that may be any of them, and for those of an earlier version.
     */
    static Optional<WorkloadMark> holderOf(X509Certificate leaf, Machines machines) {
        return WorkloadMark.in(leaf)
                .or(() -> machines.workloadOf(leaf.getSerialNumber()).map(WorkloadMark::of));
    }
}
