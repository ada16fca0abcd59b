package dev.weft.proxy.requests;

import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.route.RequestTable;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Those endpoints to which requests of one connection can go, by destination. Belongs to its event loop. */
final class Endpoints {
    private final Set<InetSocketAddress> incapable = new HashSet<>();
    private final Map<InetSocketAddress, Usable> known = new HashMap<>(2);

    /** What was worked out for a route. */
    private record Usable(Route.ToEndpoints route, List<Route.Endpoint> endpoints) {}

    /** Worked out once for each route of a destination, as it is asked for each request. */
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

    /** The sidecar of this one takes no requests. */
    void incapable(Route.Endpoint endpoint) {
        incapable.add(endpoint.address());
        known.clear();
    }
}
