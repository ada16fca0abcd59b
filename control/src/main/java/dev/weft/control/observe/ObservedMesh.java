package dev.weft.control.observe;

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

    /** Whether policy judges the requests of a workload one by one. */
    boolean judgesRequests(String workload);

    /** Whether a proxy of a workload is connected, here or to another replica. */
    boolean isConnected(String workload);
}
