package dev.weft.proxy.outbound;

import dev.weft.proxy.carry.RequestCarriers;
import dev.weft.proxy.mesh.Route;
import io.netty.channel.EventLoop;
import java.util.Optional;

/**
 * The ways to carry connections: always as bytes, and by requests for each protocol that has a carrier.
 *
 * @param http1 carriers for HTTP/1.1
 * @param http2 carriers for HTTP/2 with prior knowledge
 */
public record Choice(Optional<RequestCarriers> http1, Optional<RequestCarriers> http2) {
    /** Carries connections as bytes only. */
    public static final Choice BYTES = new Choice(Optional.empty(), Optional.empty());

    /** Whether the way to carry depends on the protocol that connections to this destination speak. */
    boolean dependsOnProtocol(Route.ToEndpoints route) {
        boolean byHint = route.hint().hasRequests() && (http2.isPresent() || (http1.isPresent() && hasSeveral(route)));
        return byHint || (route.isRouted() && (http1.isPresent() || http2.isPresent()));
    }

    /**
     * Returns the carriers for a connection that speaks this protocol; empty for bytes. With one endpoint and no
     * routes, carrying bytes has the same result and costs less.
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

    /** Releases the connections that this loop keeps for later requests. */
    void drain(EventLoop loop) {
        http1.ifPresent(carriers -> carriers.drain(loop));
        http2.ifPresent(carriers -> carriers.drain(loop));
    }
}
