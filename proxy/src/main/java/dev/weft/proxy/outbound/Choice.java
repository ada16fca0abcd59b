package dev.weft.proxy.outbound;

import dev.weft.proxy.carry.RequestCarriers;
import dev.weft.proxy.mesh.Route;
import java.util.Optional;

/**
 * How connections can be carried: as bytes always, by their requests where there is a carrier for the protocol.
 *
 * @param http1 for HTTP/1.1
 * @param http2 for HTTP/2 by prior knowledge
 */
public record Choice(Optional<RequestCarriers> http1, Optional<RequestCarriers> http2) {
    /** As bytes only. */
    public static final Choice BYTES = new Choice(Optional.empty(), Optional.empty());

    /** Whether it matters what the connections to this destination speak. */
    boolean dependsOnProtocol(Route.ToEndpoints route) {
        return route.hint().hasRequests() && (http1.isPresent() || http2.isPresent());
    }

    /** Who carries a connection that speaks this; empty for bytes. */
    Optional<RequestCarriers> of(Spoken spoken) {
        return switch (spoken) {
            case HTTP1 -> http1;
            case HTTP2 -> http2;
            case BYTES -> Optional.empty();
        };
    }
}
