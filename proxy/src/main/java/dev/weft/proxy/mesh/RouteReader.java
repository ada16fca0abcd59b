package dev.weft.proxy.mesh;

import com.google.protobuf.MessageLite;
import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Endpoints;
import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.wire.UnknownFields;
import dev.weft.proxy.route.RequestTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads where an address leads. An endpoint is reached in plaintext only if the message explicitly says so. A message
 * with a missing, contradictory or unknown field is refused, because it might mean the opposite.
 */
final class RouteReader {
    /** Most characters of a zone's name. */
    private static final int MAX_ZONE = 63;

    private RouteReader() {}

    static Route read(Destination destination) {
        return read(destination, List.of(), List.of());
    }

    /**
     * Reads a destination as {@link #read(Destination)} does. An endpoint that is the same object as in the former
     * reading is not read again.
     *
     * @param former the endpoints of the former reading, in the same order of names
     * @param known the endpoints read then
     */
    static Route read(Destination destination, List<dev.weft.api.v1.Endpoint> former, List<Route.Endpoint> known) {
        UnknownFields.refuse("destination", destination.toBuilder().clearKind().build());
        return switch (destination.getKindCase()) {
            case NOT_IN_MESH -> {
                UnknownFields.refuse("not in mesh", destination.getNotInMesh());
                yield new Route.NotInMesh();
            }
            case UNREACHABLE ->
                new Route.Unreachable(destination.getUnreachable().getReason());
            case ENDPOINTS -> endpoints(destination.getEndpoints(), former, known);
            case KIND_NOT_SET ->
                throw new IllegalArgumentException(
                        "destination: kind not set or not known (expected: endpoints, not in mesh or unreachable)");
        };
    }

    private static Route endpoints(
            Endpoints message, List<dev.weft.api.v1.Endpoint> former, List<Route.Endpoint> known) {
        UnknownFields.refuse(
                "endpoints",
                message.toBuilder()
                        .clearEndpoints()
                        .clearService()
                        .clearRoutes()
                        .build());
        if (message.getEndpointsCount() > Route.MAX_ENDPOINTS) {
            throw new IllegalArgumentException("destination: " + message.getEndpointsCount()
                    + " endpoints (expected: at most " + Route.MAX_ENDPOINTS + ")");
        }
        List<Route.Endpoint> endpoints = new ArrayList<>();
        int at = 0;
        for (dev.weft.api.v1.Endpoint endpoint : message.getEndpointsList()) {
            while (at < former.size() && isPassed(former.get(at), endpoint)) {
                at++;
            }
            endpoints.add(at < former.size() && isSame(former.get(at), endpoint) ? known.get(at) : endpoint(endpoint));
        }
        return new Route.ToEndpoints(
                endpoints,
                message.hasRoutes() ? RequestTable.fromProto(message.getRoutes()) : null,
                message.getService());
    }

    private static boolean isPassed(dev.weft.api.v1.Endpoint former, dev.weft.api.v1.Endpoint endpoint) {
        return !isSame(former, endpoint) && former.getWorkload().compareTo(endpoint.getWorkload()) < 0;
    }

    @SuppressWarnings("ReferenceEquality") // an object that is the same needs no comparison
    private static boolean isSame(dev.weft.api.v1.Endpoint one, dev.weft.api.v1.Endpoint other) {
        return one == other;
    }

    static Route.Endpoint endpoint(dev.weft.api.v1.Endpoint endpoint) {
        UnknownFields.refuse("endpoint " + endpoint.getAddress(), withoutKnownFields(endpoint));
        SpiffeId identity = identity(endpoint);
        int port = endpoint.getTunnelPort();
        if (identity != null && (port < 1 || port > 65_535)) {
            throw new IllegalArgumentException("tunnel port of " + endpoint.getAddress() + ": " + port
                    + " (expected: 1-65535 for a meshed endpoint)");
        }
        require(
                endpoint.getZone().length() <= MAX_ZONE,
                endpoint,
                "in a zone with a name of more than " + MAX_ZONE + " characters");
        return new Route.Endpoint(
                HostPort.literal(endpoint.getAddress()),
                identity,
                port,
                Math.max(1, endpoint.getWeight()),
                Hint.of(endpoint.getProtocol()),
                endpoint.getZone());
    }

    /** Returns the endpoint's identity, or {@code null} if it is outside of the mesh. */
    private static @Nullable SpiffeId identity(dev.weft.api.v1.Endpoint endpoint) {
        boolean named = !endpoint.getIdentity().isEmpty();
        return switch (endpoint.getMembership()) {
            case MEMBERSHIP_IN_MESH -> {
                require(named, endpoint, "in the mesh without an identity");
                yield SpiffeId.parse(endpoint.getIdentity());
            }
            case MEMBERSHIP_OUTSIDE -> {
                require(!named, endpoint, "outside of the mesh with the identity " + endpoint.getIdentity());
                yield null;
            }
            case MEMBERSHIP_UNSPECIFIED -> {
                require(
                        named,
                        endpoint,
                        "neither an identity nor outside of the mesh, in so many words;"
                                + " the control plane is older than this sidecar (expected: update the control plane)");
                yield SpiffeId.parse(endpoint.getIdentity());
            }
            case UNRECOGNIZED ->
                throw new IllegalArgumentException(
                        "endpoint " + endpoint.getAddress() + ": in the mesh or not in a way that is not known here");
        };
    }

    private static void require(boolean holds, dev.weft.api.v1.Endpoint endpoint, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException("endpoint " + endpoint.getAddress() + ": " + otherwise);
        }
    }

    private static MessageLite withoutKnownFields(dev.weft.api.v1.Endpoint endpoint) {
        return endpoint.toBuilder()
                .clearAddress()
                .clearIdentity()
                .clearTunnelPort()
                .clearWorkload()
                .clearZone()
                .clearWeight()
                .clearProtocol()
                .clearMembership()
                .build();
    }
}
