package dev.weft.proxy.route;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A Service that requests are sent to, and the changes that requests sent there get.
 *
 * @param service name of the Service, {@code namespace/name}
 * @param address the destination address of the Service; null if there is no such Service
 * @param weight share of the requests, relative to the rule's other backends
 * @param request changes of fields in the request's head
 * @param response changes of fields in the response's head
 * @param hostname replaces the request's host; empty keeps it
 * @param path changes the request's path; null keeps it
 */
public record Backend(
        String service,
        @Nullable InetSocketAddress address,
        int weight,
        FieldChanges request,
        FieldChanges response,
        String hostname,
        @Nullable PathChange path) {
    /** The largest weight. */
    public static final int MAX_WEIGHT = 1_000_000;

    /** Whether the request's head is sent unchanged. */
    public boolean keepsRequest() {
        return request.isEmpty() && hostname.isEmpty() && path == null;
    }
}
