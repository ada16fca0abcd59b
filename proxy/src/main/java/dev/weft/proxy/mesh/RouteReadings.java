package dev.weft.proxy.mesh;

import dev.weft.api.v1.Destination;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Reads where addresses lead, as it changes. Of destinations with many endpoints the last reading is kept, so that the next costs no
 * more than what is new in it. Belongs to one thread.
 */
public final class RouteReadings {
    /** Endpoints from which on a reading is kept. */
    static final int LARGE = 64;

    private record Reading(Destination of, Route.ToEndpoints route) {}

    private final Map<InetSocketAddress, Reading> readings = new HashMap<>();

    /** Reads what the control plane says of this address now. Throws IllegalArgumentException with the reason for which it is refused. */
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

    /** Forgets the readings of addresses that are not known any more. */
    public void retain(Predicate<InetSocketAddress> known) {
        readings.keySet().removeIf(known.negate());
    }

    /** Addresses of which a reading is kept. */
    List<InetSocketAddress> kept() {
        return List.copyOf(readings.keySet());
    }
}
