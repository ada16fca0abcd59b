package dev.weft.proxy.mesh;

import dev.weft.api.v1.Destination;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.route.RequestTable;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where an address leads: the control plane's answer about it. */
public sealed interface Route {
    /** Most endpoints of one destination. */
    int MAX_ENDPOINTS = 16_384;

    /** Whether any part of it is reached in plaintext. */
    default boolean leadsToPlaintext() {
        return switch (this) {
            case ToEndpoints to -> !to.endpoints().stream().allMatch(Endpoint::meshed);
            case NotInMesh _ -> true;
            case Unreachable _ -> false;
        };
    }

    /** Returns this route without its plaintext parts, or {@code null} if nothing is left. */
    default @Nullable Route withoutPlaintext() {
        return switch (this) {
            case ToEndpoints to -> to.leadsToPlaintext() ? to.onlyMeshed() : to;
            case NotInMesh _ -> null;
            case Unreachable nowhere -> nowhere;
        };
    }

    /**
     * Whether this route, as the answer about {@code address}, says that {@code address} itself is reached in
     * plaintext.
     */
    default boolean allowsPlaintextTo(InetSocketAddress address) {
        return switch (this) {
            case ToEndpoints to ->
                to.endpoints().stream()
                        .anyMatch(endpoint ->
                                !endpoint.meshed() && endpoint.address().equals(address));
            case NotInMesh _ -> true;
            case Unreachable _ -> false;
        };
    }

    /**
     * Leads to one of these endpoints; no endpoint is ready if the list is empty.
     *
     * @param hint the protocol that all of them are declared to speak
     * @param routes where requests go instead; null if the destination has no routes
     * @param service {@code namespace/name} of the Service; empty if a workload was addressed directly
     */
    record ToEndpoints(
            List<Endpoint> endpoints, Hint hint, @Nullable RequestTable routes, String service) implements Route {
        public ToEndpoints {
            endpoints = List.copyOf(endpoints);
        }

        /** A destination without routes. */
        public ToEndpoints(List<Endpoint> endpoints, Hint hint) {
            this(endpoints, hint, null, "");
        }

        /** A destination with routes for its requests; null for none. */
        public ToEndpoints(List<Endpoint> endpoints, @Nullable RequestTable routes) {
            this(endpoints, routes, "");
        }

        /** A Service's endpoints, with routes for its requests; null for none. */
        public ToEndpoints(List<Endpoint> endpoints, @Nullable RequestTable routes, String service) {
            this(endpoints, common(endpoints), routes, service);
        }

        public ToEndpoints(List<Endpoint> endpoints) {
            this(endpoints, common(endpoints));
        }

        /**
         * Returns the endpoints' common hint. A destination whose endpoints have different hints counts as one without
         * a hint.
         */
        private static Hint common(List<Endpoint> endpoints) {
            Hint common = endpoints.isEmpty() ? Hint.NONE : endpoints.getFirst().hint();
            for (Endpoint endpoint : endpoints) {
                if (endpoint.hint() != common) {
                    return Hint.NONE;
                }
            }
            return common;
        }

        /** Whether requests go by routes. A port that is declared to speak no HTTP has no routes. */
        public boolean isRouted() {
            return routes != null && hint != Hint.TCP;
        }

        /** Whether only HTTP is allowed: other bytes would bypass the routes, or would have no endpoint. */
        public boolean expectsHttp() {
            return isRouted() && (hint.hasRequests() || endpoints.isEmpty());
        }

        /** Returns the destination with its meshed endpoints only; null if nothing is left. */
        private @Nullable ToEndpoints onlyMeshed() {
            List<Endpoint> meshed = endpoints.stream().filter(Endpoint::meshed).toList();
            return meshed.isEmpty() && routes == null ? null : new ToEndpoints(meshed, routes, service);
        }
    }

    /** The mesh does not know the address: it is reached in plaintext. */
    record NotInMesh() implements Route {}

    /** The address leads nowhere. */
    record Unreachable(String reason) implements Route {}

    /**
     * One endpoint.
     *
     * @param address address of the application
     * @param identity identity that the endpoint must prove; {@code null} for an unmeshed workload
     * @param tunnelPort tunnel port of its sidecar
     * @param weight relative weight, 1 or more
     * @param hint protocol that it is declared to speak
     * @param zone its zone, if callers of the same zone prefer it; empty if they do not, or the zone is not known
     */
    record Endpoint(
            InetSocketAddress address,
            @Nullable SpiffeId identity,
            int tunnelPort,
            int weight,
            Hint hint,
            String zone) {
        /** An endpoint without a zone. */
        public Endpoint(InetSocketAddress address, @Nullable SpiffeId identity, int tunnelPort, int weight, Hint hint) {
            this(address, identity, tunnelPort, weight, hint, "");
        }

        /** An endpoint without a zone or a hint. */
        public Endpoint(InetSocketAddress address, @Nullable SpiffeId identity, int tunnelPort, int weight) {
            this(address, identity, tunnelPort, weight, Hint.NONE);
        }

        /** Whether the endpoint must prove an identity. */
        public boolean meshed() {
            return identity != null;
        }
    }

    /**
     * Checks the control plane's message on one endpoint. Throws IllegalArgumentException, with the reason, if it is
     * refused.
     */
    static void check(dev.weft.api.v1.Endpoint endpoint) {
        var _ = RouteReader.endpoint(endpoint);
    }

    /** Reads the control plane's message. Throws IllegalArgumentException, with the reason, if it is refused. */
    static Route fromProto(Destination destination) {
        return RouteReader.read(destination);
    }
}
