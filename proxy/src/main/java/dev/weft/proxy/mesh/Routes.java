package dev.weft.proxy.mesh;

import dev.weft.api.v1.Destination;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads where addresses lead, as it changes. Of destinations with many endpoints the last reading is kept, so that the next costs no
 * more than what is new in it. Belongs to one thread.
 */
public final class Routes {
    /** Endpoints from which on a reading is kept. */
    static final int LARGE = 64;

    private record Reading(Destination of, Route.ToEndpoints route) {}

    private final Map<String, Reading> readings = new HashMap<>();

    /** Reads what the control plane says under this name now. Throws IllegalArgumentException with the reason for which it is refused. */
    public Route read(String name, Destination destination) {
        Reading former = readings.get(name);
        Route route = former == null
                ? RouteReader.read(destination)
                : RouteReader.read(
                        destination,
                        former.of().getEndpoints().getEndpointsList(),
                        former.route().endpoints());
        if (route instanceof Route.ToEndpoints to && to.endpoints().size() >= LARGE) {
            readings.put(name, new Reading(destination, to));
        } else {
            readings.remove(name);
        }
        return route;
    }

    /** Nothing is known under these names any more, but for those that are kept. */
    public void retain(Map<String, Destination> destinations, String prefix) {
        readings.keySet().removeIf(name -> !destinations.containsKey(name.substring(prefix.length())));
    }

    /** Names of which a reading is kept. */
    List<String> kept() {
        return List.copyOf(readings.keySet());
    }
}
