package dev.weft.proxy.route;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A Service that requests go to, and what changes of those that do.
 *
 * @param service {@code namespace/name}
 * @param address the destination that stands for it; null if there is no such Service
 * @param weight relative to the rule's other backends
 * @param request fields of the request's head
 * @param response fields of the response's head
 * @param hostname takes the place of the host; empty if the host stays
 * @param path changes the path; null if the path stays
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

    /** Whether the request's head goes on as it came. */
    public boolean keepsRequest() {
        return request.isEmpty() && hostname.isEmpty() && path == null;
    }
}
