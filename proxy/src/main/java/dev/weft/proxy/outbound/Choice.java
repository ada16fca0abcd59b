package dev.weft.proxy.outbound;

import dev.weft.proxy.carry.RequestCarriers;
import dev.weft.proxy.mesh.Route;
import io.netty.channel.EventLoop;
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
        boolean byHint = route.hint().hasRequests() && (http2.isPresent() || (http1.isPresent() && hasSeveral(route)));
        return byHint || (route.isRouted() && (http1.isPresent() || http2.isPresent()));
    }

    /**
     * Who carries a connection that speaks this; empty for bytes. Where there is one endpoint and no routes, bytes are as good and
     * cost less.
     */
    Optional<RequestCarriers> of(Spoken spoken, Route.ToEndpoints route) {
        return switch (spoken) {
            case HTTP1 -> route.isRouted() || hasSeveral(route) ? http1 : Optional.empty();
            case HTTP2 -> http2;
            case BYTES -> Optional.empty();
        };
    }

    private static boolean hasSeveral(Route.ToEndpoints route) {
        return route.endpoints().size() > 1;
    }

    /** Lets go of what is kept for requests to come, on this loop. */
    void drain(EventLoop loop) {
        http1.ifPresent(carriers -> carriers.drain(loop));
        http2.ifPresent(carriers -> carriers.drain(loop));
    }
}
