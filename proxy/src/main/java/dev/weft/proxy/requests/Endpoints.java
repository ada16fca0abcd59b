package dev.weft.proxy.requests;

import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.route.RequestTable;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The endpoints that can take requests of one connection, by destination. Belongs to the connection's event loop. */
final class Endpoints {
    private final Set<InetSocketAddress> incapable = new HashSet<>();
    private final Map<InetSocketAddress, Usable> known = new HashMap<>(2);

    /** The usable endpoints of one route. */
    private record Usable(Route.ToEndpoints route, List<Route.Endpoint> endpoints) {}

    /**
     * Returns the usable endpoints of a destination; calculated once for each route, because every request needs them.
     */
    @SuppressWarnings("ReferenceEquality") // a route is replaced as a whole
    List<Route.Endpoint> usable(InetSocketAddress destination, Route.ToEndpoints route) {
        Usable found = known.get(destination);
        if (found == null || found.route() != route) {
            if (found == null && known.size() > RequestTable.MAX_ADDRESSES) {
                known.clear();
            }
            found = new Usable(route, usable(route));
            known.put(destination, found);
        }
        return found.endpoints();
    }

    private List<Route.Endpoint> usable(Route.ToEndpoints route) {
        boolean all = incapable.isEmpty() && route.endpoints().stream().allMatch(Route.Endpoint::meshed);
        return all
                ? route.endpoints()
                : route.endpoints().stream()
                        .filter(endpoint -> endpoint.meshed() && !incapable.contains(endpoint.address()))
                        .toList();
    }

    /** Records that the sidecar of this endpoint takes no requests. */
    void incapable(Route.Endpoint endpoint) {
        incapable.add(endpoint.address());
        known.clear();
    }
}
