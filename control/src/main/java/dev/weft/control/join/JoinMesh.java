package dev.weft.control.join;

import dev.weft.control.token.Machine;
import dev.weft.control.watch.MeshEndpoint;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.util.List;
import java.util.Optional;

/** What the service needs to know of the mesh. */
public interface JoinMesh {
    /** Of its workloads. */
    TrustDomain trustDomain();

    /** Where its control plane listens, as ip:port. */
    String listen();

    /** Who a meshed workload is, by namespace/name; empty if there is none. */
    Optional<SpiffeId> identityOf(String workload);

    /** Where a meshed workload is reached. */
    List<String> addressesOf(String workload);

    /** Whether the sidecar of a machine is connected. */
    MeshEndpoint.Presence presence(Machine machine);
}
