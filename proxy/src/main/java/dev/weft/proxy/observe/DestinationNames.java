package dev.weft.proxy.observe;

import dev.weft.daemon.text.HostPort;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Returns label values for destinations: address and port for the first 100, then "other". Safe for use by several
 * threads.
 */
final class DestinationNames {
    static final int MAX_NAMES = 100;

    private final Map<InetSocketAddress, String> known = new ConcurrentHashMap<>();

    String label(InetSocketAddress destination) {
        String name = known.get(destination);
        if (name != null) {
            return name;
        }
        return known.size() < MAX_NAMES ? known.computeIfAbsent(destination, HostPort::text) : "other";
    }
}
