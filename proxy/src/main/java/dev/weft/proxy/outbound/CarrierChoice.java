package dev.weft.proxy.outbound;

import dev.weft.proxy.carry.RequestCarriers;
import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.settings.HttpSettings;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Optional;

/**
 * The ways to carry connections: always as bytes, and by requests for each protocol that has a carrier.
 *
 * @param http1 carriers for HTTP/1.1
 * @param http2 carriers for HTTP/2 with prior knowledge
 * @param detection how long a connection may be silent if the protocol of its destination is not declared, before it
 *     counts as bytes; zero if such connections are bytes in any case
 * @param declaredDetection the same where HTTP is declared or routed
 */
public record CarrierChoice(
        Optional<RequestCarriers> http1,
        Optional<RequestCarriers> http2,
        Duration detection,
        Duration declaredDetection) {
    /** Carries connections as bytes only. */
    public static final CarrierChoice BYTES =
            new CarrierChoice(Optional.empty(), Optional.empty(), Duration.ZERO, Duration.ZERO);

    /** Returns the choice of a sidecar that carries both protocols by requests. */
    public static CarrierChoice of(RequestCarriers http1, RequestCarriers http2, HttpSettings settings) {
        return new CarrierChoice(
                Optional.of(http1), Optional.of(http2), settings.detection(), settings.declaredDetection());
    }

    /** Whether the way to carry depends on the protocol that connections to this destination speak. */
    boolean dependsOnProtocol(Route.ToEndpoints route) {
        if (http1.isEmpty() && http2.isEmpty()) {
            return false;
        }
        return route.isRouted()
                || switch (route.hint()) {
                    case TCP -> false;
                    case NONE -> hasSeveral(route) && !detection.isZero();
                    case HTTP1, HTTP2 -> hasSeveral(route) || http2.isPresent();
                };
    }

    /** Returns how long a connection to this destination may be silent before it counts as bytes. */
    Duration patience(Route.ToEndpoints route) {
        return route.isRouted() || route.hint().hasRequests() ? declaredDetection : detection;
    }

    /**
     * Returns the carriers for a connection that speaks this protocol; empty for bytes. With one endpoint and no
     * routes, carrying bytes has the same result and costs less.
     */
    Optional<RequestCarriers> of(DetectedProtocol spoken, Route.ToEndpoints route) {
        return switch (spoken) {
            case HTTP1 -> route.isRouted() || hasSeveral(route) ? http1 : Optional.empty();
            // Requests go only to endpoints with a sidecar: where nothing was declared, no endpoint may be left out.
            case HTTP2 ->
                route.isRouted() || route.hint() != Hint.NONE || !route.leadsToPlaintext() ? http2 : Optional.empty();
            case BYTES -> Optional.empty();
        };
    }

    /** Whether HTTP/1.1 to this destination, which declares it, is carried as bytes as long as nothing changes there. */
    boolean mayChange(Route.ToEndpoints route) {
        return http1.isPresent() && route.hint() == Hint.HTTP1 && !isByRequest(route);
    }

    /** Whether a new connection to this destination, which declares HTTP/1.1, would be carried by requests. */
    boolean isByRequest(Route.ToEndpoints route) {
        return route.hint() == Hint.HTTP1 && of(DetectedProtocol.HTTP1, route).isPresent();
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
