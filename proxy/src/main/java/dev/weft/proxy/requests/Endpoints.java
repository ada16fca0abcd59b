package dev.weft.proxy.requests;

import dev.weft.proxy.mesh.Route;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Those endpoints of a destination to which requests of one connection can go. Belongs to its event loop. */
final class Endpoints {
    private final Set<InetSocketAddress> incapable = new HashSet<>();
    private Route.@Nullable ToEndpoints seen;
    private List<Route.Endpoint> usable = List.of();

    /** Worked out once for each route, as it is asked for each request. */
    @SuppressWarnings("ReferenceEquality") // a route is replaced as a whole
    List<Route.Endpoint> usable(Route.ToEndpoints route) {
        if (seen != route) {
            seen = route;
            boolean all = incapable.isEmpty() && route.endpoints().stream().allMatch(Route.Endpoint::meshed);
            usable = all
                    ? route.endpoints()
                    : route.endpoints().stream()
                            .filter(endpoint -> endpoint.meshed() && !incapable.contains(endpoint.address()))
                            .toList();
        }
        return usable;
    }

    /** The sidecar of this one takes no requests. */
    void incapable(Route.Endpoint endpoint) {
        incapable.add(endpoint.address());
        seen = null;
    }
}
