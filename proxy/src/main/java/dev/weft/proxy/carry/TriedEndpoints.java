package dev.weft.proxy.carry;

import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.route.Retry;
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
    /** The wait before a request that is not sent again. */
    public static final long NEVER = -1;

    private final LoopContext lane;
    /** What the request's rule says about retries; null if it says nothing. */
    private @Nullable Retry retry;
    /** How many retries the rule was asked for. */
    private int retries;
    /** Never changed in place: nearly all requests are sent once. */
    private Set<InetSocketAddress> tried = Set.of();

    private List<Route.Endpoint> last = List.of();
    private int count;

    /** Creates the record of a request that has not been sent to any endpoint yet. */
    public TriedEndpoints(LoopContext lane) {
        this.lane = lane;
    }

    /** Sets the retry settings of the request's rule; null if it has none. */
    public void by(@Nullable Retry ofRule) {
        retry = ofRule;
    }

    /** Whether the rule asks for retries. */
    public boolean asked() {
        return retry != null;
    }

    /** Whether the rule asks for another attempt after a response with this status. */
    public boolean wantsAfter(int status) {
        return retry != null && retry.again(status, retries);
    }

    /** Chooses the next endpoint; null if the request has been sent often enough, or none is left. */
    public Route.@Nullable Endpoint next(List<Route.Endpoint> endpoints, long now) {
        last = endpoints;
        if (isEnough()) {
            return null;
        }
        Route.Endpoint chosen = lane.balancer().choose(endpoints, tried, now).orElse(null);
        if (chosen != null) {
            count++;
            add(chosen.address());
        }
        return chosen;
    }

    /** Allows this endpoint to get the request again. */
    public void forgive(Route.Endpoint endpoint) {
        Set<InetSocketAddress> fewer = new HashSet<>(tried);
        fewer.remove(endpoint.address());
        tried = fewer;
    }

    private void add(InetSocketAddress address) {
        if (tried.isEmpty()) {
            tried = Set.of(address);
        } else {
            Set<InetSocketAddress> more = new HashSet<>(tried);
            more.add(address);
            tried = more;
        }
    }

    private boolean isEnough() {
        return count >= (retry == null ? MOST : Math.max(MOST, 1 + retry.attempts()));
    }

    /** Whether an endpoint of the last choice has not had the request. */
    public boolean hasOther() {
        return last.stream().anyMatch(endpoint -> !tried.contains(endpoint.address()));
    }

    /**
     * Decides whether the request is sent once more: to an endpoint that has not had it or, if its route asks for
     * another attempt, to any. If so, it is taken from the destination's budget.
     *
     * @param unasked whether it may go to an endpoint that has not had it even if no route asks for that
     * @return how long to wait before it is sent, in milliseconds; {@link #NEVER} if it is not
     */
    public long again(InetSocketAddress destination, boolean unasked) {
        boolean other = unasked && hasOther();
        boolean allowed = retry != null && retries < retry.attempts();
        if (isEnough() || !(other || allowed)) {
            return NEVER;
        }
        if (!lane.budgets().take(destination, System.nanoTime())) {
            lane.sidecar().metrics().caller().retryRefused();
            return NEVER;
        }
        if (other || retry == null) {
            return 0;
        }
        if (!hasOther()) {
            tried = Set.of(); // a route may ask for more attempts than there are endpoints
        }
        return retry.waitMillis(retries++);
    }
}
