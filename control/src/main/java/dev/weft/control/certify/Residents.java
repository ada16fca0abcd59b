package dev.weft.control.certify;

import dev.weft.identity.spiffe.SpiffeId;
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
    boolean has(SpiffeId identity, Optional<String> workload);
}
