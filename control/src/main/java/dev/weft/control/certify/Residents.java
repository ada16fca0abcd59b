package dev.weft.control.certify;

import dev.weft.identity.spiffe.SpiffeId;
import java.util.Optional;

/** Who is a workload of the mesh now. */
@FunctionalInterface
public interface Residents {

    /** Every caller: for programs that have no registry. */
    Residents ANYONE = (_, _) -> true;

    /**
     * Whether the registry has such a meshed workload.
     *
     * @param workload {@code namespace/name}, where it is known which of the identity's workloads asks
     */
    boolean has(SpiffeId identity, Optional<String> workload);
}
