package dev.weft.control.join;

import dev.weft.control.token.Machine;
import dev.weft.control.watch.MeshEndpoint;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.util.List;
import java.util.Optional;

/** What the join service needs to know about the mesh. */
public interface JoinMesh {
    /** Returns the trust domain of the mesh's workloads. */
    TrustDomain trustDomain();

    /** Returns where the control plane listens, as ip:port. */
    String listen();

    /** Returns the identity of a meshed workload, given as namespace/name; empty if there is none. */
    Optional<SpiffeId> identityOf(String workload);

    /** Returns the addresses of a meshed workload. */
    List<String> addressesOf(String workload);

    /** Returns whether the sidecar of a machine is connected. */
    MeshEndpoint.Presence presence(Machine machine);
}
