package dev.weft.proxy.mesh;

import dev.weft.api.v1.Destination;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.settings.HostPort;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where an address leads. */
public sealed interface Route {
    /** Endpoints of one destination. */
    int MAX_ENDPOINTS = 4096;

    /** To one of these; none are ready when empty. */
    record ToEndpoints(List<Endpoint> endpoints) implements Route {
        public ToEndpoints {
            endpoints = List.copyOf(endpoints);
        }
    }

    /** The mesh doesn't know the address: it is reached as it is. */
    record NotInMesh() implements Route {}

    /** Nowhere. */
    record Unreachable(String reason) implements Route {}

    /**
     * One endpoint.
     *
     * @param address of the application
     * @param identity that it must prove; {@code null} for an unmeshed workload
     * @param tunnelPort of its sidecar
     * @param weight relative, 1 or more
     */
    record Endpoint(InetSocketAddress address, @Nullable SpiffeId identity, int tunnelPort, int weight) {}

    /** Reads the control plane's words. Throws IllegalArgumentException with the reason for which it is refused. */
    static Route fromProto(Destination destination) {
        return switch (destination.getKindCase()) {
            case NOT_IN_MESH -> new NotInMesh();
            case UNREACHABLE -> new Unreachable(destination.getUnreachable().getReason());
            case ENDPOINTS -> endpoints(destination);
            case KIND_NOT_SET ->
                throw new IllegalArgumentException(
                        "destination: kind not set or not known (expected: endpoints, not in mesh or unreachable)");
        };
    }

    private static Route endpoints(Destination destination) {
        if (destination.getEndpoints().getEndpointsCount() > MAX_ENDPOINTS) {
            throw new IllegalArgumentException("destination: "
                    + destination.getEndpoints().getEndpointsCount() + " endpoints (expected: at most " + MAX_ENDPOINTS
                    + ")");
        }
        List<Endpoint> endpoints = new ArrayList<>();
        for (dev.weft.api.v1.Endpoint endpoint : destination.getEndpoints().getEndpointsList()) {
            boolean meshed = !endpoint.getIdentity().isEmpty();
            int port = endpoint.getTunnelPort();
            if (meshed && (port < 1 || port > 65_535)) {
                throw new IllegalArgumentException("tunnel port of " + endpoint.getAddress() + ": " + port
                        + " (expected: 1-65535 for a meshed endpoint)");
            }
            endpoints.add(new Endpoint(
                    HostPort.literal(endpoint.getAddress()),
                    meshed ? SpiffeId.parse(endpoint.getIdentity()) : null,
                    port,
                    Math.max(1, endpoint.getWeight())));
        }
        return new ToEndpoints(endpoints);
    }
}
