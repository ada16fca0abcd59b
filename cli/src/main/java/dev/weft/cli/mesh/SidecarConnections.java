package dev.weft.cli.mesh;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sidecar says at {@code /connections}.
 *
 * @param leftOut open connections that it does not list, as there are too many
 */
public record SidecarConnections(@Nullable List<Connection> connections, long leftOut) {

    /** Those that are listed. */
    public List<Connection> listed() {
        return connections == null ? List.of() : connections;
    }

    /**
     * One connection that a sidecar carries.
     *
     * @param direction {@code inbound} or {@code outbound}, as the workload sees it
     * @param peer address and port of the caller
     * @param destination address and port of the called
     * @param peerIdentity absent when the other end proved none
     * @param secure whether it is carried by mutual TLS
     * @param policy the policy that allows it
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
