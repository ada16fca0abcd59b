package dev.weft.control.observe;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.mesh.registry.Snapshot;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/** What there is to be seen. */
public interface ObservedMesh {

    /** Who calls whom, as the proxies that are connected here tell it. */
    EdgeBook edges();

    /** Who looks on at requests. */
    Taps taps();

    /** The meshed workloads, {@code namespace/name}. */
    Set<String> workloads();

    /** What has an address, {@code namespace/name}. */
    Optional<String> nameOf(InetAddress address);

    /** The objects that proxies are told of now. */
    Snapshot objects();

    /** What a meshed workload proves, {@code namespace/name}; empty if there is none of this name. */
    Optional<SpiffeId> identityOf(String workload);

    /** Whether policy judges the requests of a workload one by one. */
    boolean judgesRequests(String workload);

    /** Whether a proxy of a workload is connected, here or to another replica. */
    boolean isConnected(String workload);
}
