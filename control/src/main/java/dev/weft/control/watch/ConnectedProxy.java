package dev.weft.control.watch;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A proxy with an open stream, as operators see it.
 *
 * @param acknowledged the highest nonce that it has acknowledged
 * @param held version of each resource that it has acknowledged
 * @param lastRefusal what it refused last, with its reason
 */
public record ConnectedProxy(
        String workload,
        String identity,
        String address,
        String version,
        Instant since,
        long sent,
        long acknowledged,
        int unacknowledged,
        Map<String, String> held,
        Optional<String> lastRefusal) {

    public ConnectedProxy {
        held = Map.copyOf(held);
    }
}
