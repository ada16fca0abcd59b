package dev.weft.proxy.carry;

import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.route.Repeats;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** To which endpoints one request has been sent, and whether it may be sent once more. Belongs to one event loop. */
public final class Tries {
    /** Endpoints that are tried for one request, unless a route says more. */
    public static final int MOST = 3;

    private final Lane lane;
    private final Repeats repeats = new Repeats(MOST);
    private final Set<InetSocketAddress> tried = new HashSet<>(2);
    private int count;

    /** It has been sent to none. */
    public Tries(Lane lane) {
        this.lane = lane;
    }

    /** What was and may be sent again because a route asks for it. */
    public Repeats repeats() {
        return repeats;
    }

    /** The next of these for it; null if it has been sent to enough. A route may want more attempts than there are endpoints. */
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

    /** This one may have it once more. */
    public void forgive(Route.Endpoint endpoint) {
        tried.remove(endpoint.address());
    }

    private boolean isEnough() {
        return count >= repeats.most();
    }

    /** Whether it may be sent once more; if so, that is taken from the budget of this destination. */
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
