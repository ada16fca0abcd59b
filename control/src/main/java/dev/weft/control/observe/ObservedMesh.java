package dev.weft.control.observe;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.mesh.registry.Snapshot;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/** The mesh as observers see it. */
public interface ObservedMesh {

    /** Returns the edges (who calls whom) that the proxies connected here report. */
    EdgeBook edges();

    /** Returns the taps, with which operators watch requests. */
    Taps taps();

    /** Returns the meshed workloads, {@code namespace/name}. */
    Set<String> workloads();

    /** Returns which workload or Service has an address, {@code namespace/name}. */
    Optional<String> nameOf(InetAddress address);

    /** Returns the objects that the proxies have now. */
    Snapshot objects();

    /** Returns the identity of a meshed workload, {@code namespace/name}; empty if there is none of this name. */
    Optional<SpiffeId> identityOf(String workload);

    /** Whether the sidecar of a workload reads requests, on one of its ports at least. */
    boolean readsRequests(String workload);

    /** Whether a proxy of a workload is connected, here or to another replica. */
    boolean isConnected(String workload);
}
