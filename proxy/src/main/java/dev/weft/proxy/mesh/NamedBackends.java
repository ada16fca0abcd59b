package dev.weft.proxy.mesh;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which destinations are named as backends by the routes of which others. Not safe for several threads. */
final class NamedBackends {
    private final Map<String, Set<String>> byDestination = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();

    /** The routes of this destination name these and no others. Returns the ones that no routes name any more. */
    List<String> are(String destination, Set<String> backends) {
        backends.forEach(backend -> counts.merge(backend, 1, Integer::sum));
        Set<String> former =
                backends.isEmpty() ? byDestination.remove(destination) : byDestination.put(destination, backends);
        List<String> gone = new ArrayList<>();
        for (String backend : former == null ? Set.<String>of() : former) {
            if (counts.computeIfPresent(backend, (_, count) -> count == 1 ? null : count - 1) == null) {
                gone.add(backend);
            }
        }
        return gone;
    }
}
