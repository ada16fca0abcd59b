package dev.weft.proxy.mesh;

import dev.weft.api.v1.Destination;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.route.RequestTable;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where an address leads. */
public sealed interface Route {
    /** Endpoints of one destination. */
    int MAX_ENDPOINTS = 16_384;

    /** Whether anything of it is reached as it is. */
    boolean leadsToPlaintext();

    /** What is left of it when nothing may go in plaintext; {@code null} if nothing is left. */
    @Nullable
    Route withoutPlaintext();

    /** Whether this, as the answer about {@code address}, says that the address itself is reached as it is. */
    boolean allowsPlaintextTo(InetSocketAddress address);

    /**
     * To one of these; none are ready when empty.
     *
     * @param hint what all of them are said to speak
     * @param routes where requests go instead; null if the destination has no routes
     */
    record ToEndpoints(
            List<Endpoint> endpoints, Hint hint, @Nullable RequestTable routes) implements Route {
        public ToEndpoints {
            endpoints = List.copyOf(endpoints);
        }

        /** Without routes. */
        public ToEndpoints(List<Endpoint> endpoints, Hint hint) {
            this(endpoints, hint, null);
        }

        /** With routes for its requests. */
        public ToEndpoints(List<Endpoint> endpoints, @Nullable RequestTable routes) {
            this(endpoints, common(endpoints), routes);
        }

        public ToEndpoints(List<Endpoint> endpoints) {
            this(endpoints, common(endpoints));
        }

        /** A destination of which one endpoint speaks something else than the others is one of which nothing is said. */
        private static Hint common(List<Endpoint> endpoints) {
            Hint common = endpoints.isEmpty() ? Hint.NONE : endpoints.getFirst().hint();
            for (Endpoint endpoint : endpoints) {
                if (endpoint.hint() != common) {
                    return Hint.NONE;
                }
            }
            return common;
        }

        /** Whether its requests go by routes. A port that is said to speak no HTTP has none. */
        public boolean isRouted() {
            return routes != null && hint != Hint.TCP;
        }

        /** Whether what is no request is out of place: as bytes it would come past the routes, or nowhere. */
        public boolean expectsHttp() {
            return isRouted() && (hint.hasRequests() || endpoints.isEmpty());
        }

        @Override
        public boolean leadsToPlaintext() {
            return !endpoints.stream().allMatch(Endpoint::meshed);
        }

        @Override
        public @Nullable Route withoutPlaintext() {
            if (!leadsToPlaintext()) {
                return this;
            }
            List<Endpoint> meshed = endpoints.stream().filter(Endpoint::meshed).toList();
            return meshed.isEmpty() && routes == null ? null : new ToEndpoints(meshed, routes);
        }

        @Override
        public boolean allowsPlaintextTo(InetSocketAddress address) {
            return endpoints.stream()
                    .anyMatch(
                            endpoint -> !endpoint.meshed() && endpoint.address().equals(address));
        }
    }

    /** The mesh doesn't know the address: it is reached as it is. */
    record NotInMesh() implements Route {
        @Override
        public boolean leadsToPlaintext() {
            return true;
        }

        @Override
        public @Nullable Route withoutPlaintext() {
            return null;
        }

        @Override
        public boolean allowsPlaintextTo(InetSocketAddress address) {
            return true;
        }
    }

    /** Nowhere. */
    record Unreachable(String reason) implements Route {
        @Override
        public boolean leadsToPlaintext() {
            return false;
        }

        @Override
        public Route withoutPlaintext() {
            return this;
        }

        @Override
        public boolean allowsPlaintextTo(InetSocketAddress address) {
            return false;
        }
    }

    /**
     * One endpoint.
     *
     * @param address of the application
     * @param identity that it must prove; {@code null} for an unmeshed workload
     * @param tunnelPort of its sidecar
     * @param weight relative, 1 or more
     * @param hint what it is said to speak
     * @param zone where it is, if callers of its zone are to prefer it; empty if they are not, or nothing is said of it
     */
    record Endpoint(
            InetSocketAddress address,
            @Nullable SpiffeId identity,
            int tunnelPort,
            int weight,
            Hint hint,
            String zone) {
        /** One without a zone. */
        public Endpoint(InetSocketAddress address, @Nullable SpiffeId identity, int tunnelPort, int weight, Hint hint) {
            this(address, identity, tunnelPort, weight, hint, "");
        }

        /** One of which nothing is said. */
        public Endpoint(InetSocketAddress address, @Nullable SpiffeId identity, int tunnelPort, int weight) {
            this(address, identity, tunnelPort, weight, Hint.NONE);
        }

        /** Whether it must prove an identity. */
        public boolean meshed() {
            return identity != null;
        }
    }

    /** Checks what a control plane says of one endpoint. Throws IllegalArgumentException with the reason for which it is refused. */
    static void check(dev.weft.api.v1.Endpoint endpoint) {
        var _ = RouteReader.endpoint(endpoint);
    }

    /** Reads the control plane's words. Throws IllegalArgumentException with the reason for which it is refused. */
    static Route fromProto(Destination destination) {
        return RouteReader.read(destination);
    }
}
