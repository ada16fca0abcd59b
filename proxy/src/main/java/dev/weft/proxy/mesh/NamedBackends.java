package dev.weft.proxy.mesh;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts which destinations are backends in the routes of other destinations. Not safe for several threads. */
final class NamedBackends {
    private final Map<InetSocketAddress, Set<InetSocketAddress>> byDestination = new HashMap<>();
    private final Map<InetSocketAddress, Integer> counts = new HashMap<>();

    /** Sets the backends that the routes of this destination name. Returns those that no routes name any more. */
    List<InetSocketAddress> are(InetSocketAddress destination, Set<InetSocketAddress> backends) {
        backends.forEach(backend -> counts.merge(backend, 1, Integer::sum));
        Set<InetSocketAddress> former =
                backends.isEmpty() ? byDestination.remove(destination) : byDestination.put(destination, backends);
        List<InetSocketAddress> gone = new ArrayList<>();
        for (InetSocketAddress backend : former == null ? Set.<InetSocketAddress>of() : former) {
            if (counts.computeIfPresent(backend, (_, count) -> count == 1 ? null : count - 1) == null) {
                gone.add(backend);
            }
        }
        return gone;
    }
}
