package dev.weft.proxy.carry;

import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.route.RouteRetries;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the endpoints that one request has been sent to, and decides whether it may be sent again. Belongs to one event
 * loop.
 */
public final class TriedEndpoints {
    /** The most endpoints that are tried for one request, unless a route allows more. */
    public static final int MOST = 3;

    private final LoopContext lane;
    private final RouteRetries repeats = new RouteRetries(MOST);
    private final Set<InetSocketAddress> tried = new HashSet<>(2);
    private int count;

    /** Creates the record of a request that has not been sent to any endpoint yet. */
    public TriedEndpoints(LoopContext lane) {
        this.lane = lane;
    }

    /** Returns the retries that a route asks for. */
    public RouteRetries repeats() {
        return repeats;
    }

    /**
     * Chooses the next endpoint; null if the request has been sent often enough, or none is left. A route may allow
     * more attempts than there are endpoints.
     */
    public Route.@Nullable Endpoint next(List<Route.Endpoint> endpoints, long now) {
        if (isEnough()) {
            return null;
        }
        Route.Endpoint chosen = lane.balancer().choose(endpoints, tried, now).orElse(null);
        if (chosen == null && repeats.begun()) {
            tried.clear();
            chosen = lane.balancer().choose(endpoints, tried, now).orElse(null);
        }
        if (chosen != null) {
            count++;
            tried.add(chosen.address());
        }
        return chosen;
    }

    /** Allows this endpoint to get the request again. */
    public void forgive(Route.Endpoint endpoint) {
        tried.remove(endpoint.address());
    }

    private boolean isEnough() {
        return count >= repeats.most();
    }

    /** Whether the request may be sent once more; if so, it is taken from the budget of this destination. */
    public boolean again(InetSocketAddress destination) {
        if (isEnough()) {
            return false;
        }
        boolean may = lane.budgets().take(destination, System.nanoTime());
        if (!may) {
            lane.sidecar().metrics().caller().retryRefused();
        }
        return may;
    }
}
