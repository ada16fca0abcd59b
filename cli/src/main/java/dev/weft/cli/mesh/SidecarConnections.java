package dev.weft.cli.mesh;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sidecar's answer at {@code /connections}.
 *
 * @param connections the open connections; null if the answer has none
 * @param leftOut number of open connections that are not listed, because there are too many
 */
public record SidecarConnections(@Nullable List<Connection> connections, long leftOut) {

    /** Returns the connections that are listed. */
    public List<Connection> listed() {
        return connections == null ? List.of() : connections;
    }

    /**
     * One connection that a sidecar carries.
     *
     * @param direction {@code inbound} or {@code outbound}, as the workload sees it
     * @param peer address and port of the caller
     * @param destination address and port of the called workload
     * @param peerIdentity the identity of the other end; null when it proved none
     * @param secure whether mutual TLS carries the connection
     * @param policy the policy that allows the connection
     */
    public record Connection(
            String id,
            String direction,
            @Nullable String peer,
            @Nullable String destination,
            @Nullable String localIdentity,
            @Nullable String peerIdentity,
            boolean secure,
            @Nullable String policy,
            long bytesIn,
            long bytesOut,
            @Nullable Instant openedAt,
            long ageSeconds,
            @Nullable String tunnel) {}
}
