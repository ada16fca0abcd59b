package dev.weft.proxy.observe;

import dev.weft.daemon.text.HostPort;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Returns label values for destinations: address and port, and the Service's name, for the first 100, then "other". Safe
 * for use by several threads.
 */
final class DestinationNames {
    static final int MAX_NAMES = 100;

    private static final Labels OTHER = new Labels("other", "other");

    private final Map<Destination, Labels> known = new ConcurrentHashMap<>();

    private record Destination(InetSocketAddress address, String service) {}

    /** @param service {@code namespace/name}, or "none" if no Service is known */
    record Labels(String address, String service) {}

    /** @param service {@code namespace/name} of the Service; empty or null if no Service is known */
    Labels labels(InetSocketAddress address, @Nullable String service) {
        Destination destination = new Destination(address, service == null || service.isEmpty() ? "none" : service);
        Labels labels = known.get(destination);
        if (labels != null) {
            return labels;
        }
        return known.size() < MAX_NAMES
                ? known.computeIfAbsent(destination, _ -> new Labels(HostPort.text(address), destination.service))
                : OTHER;
    }
}
