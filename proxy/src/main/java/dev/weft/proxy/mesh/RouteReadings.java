package dev.weft.proxy.mesh;

import dev.weft.api.v1.Destination;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Reads the destinations of addresses as they change. For destinations with many endpoints it keeps the last reading,
 * so that the next one costs only as much as has changed. Belongs to one thread.
 */
public final class RouteReadings {
    /** Fewest endpoints for which a reading is kept. */
    static final int LARGE = 64;

    private record Reading(Destination of, Route.ToEndpoints route) {}

    private final Map<InetSocketAddress, Reading> readings = new HashMap<>();

    /**
     * Reads the control plane's message about this address. Throws IllegalArgumentException, with the reason, if it is
     * refused.
     */
    public Route read(InetSocketAddress address, Destination destination) {
        Reading former = readings.get(address);
        Route route = former == null
                ? RouteReader.read(destination)
                : RouteReader.read(
                        destination,
                        former.of().getEndpoints().getEndpointsList(),
                        former.route().endpoints());
        if (route instanceof Route.ToEndpoints to && to.endpoints().size() >= LARGE) {
            readings.put(address, new Reading(destination, to));
        } else {
            readings.remove(address);
        }
        return route;
    }

    /** Drops the readings of addresses that are not known any more. */
    public void retain(Predicate<InetSocketAddress> known) {
        readings.keySet().removeIf(known.negate());
    }

    /** Returns the addresses with a kept reading. */
    List<InetSocketAddress> kept() {
        return List.copyOf(readings.keySet());
    }
}
