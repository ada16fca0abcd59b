package dev.weft.proxy.exchange;

import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.balance.OpenRequest;
import dev.weft.proxy.carry.LoopContext;
import dev.weft.proxy.carry.TriedEndpoints;
import dev.weft.proxy.http.Denial;
import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.observe.CallerRequest;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attempts to send one request: the endpoints it was sent to, and how each of them did. Belongs to one event loop.
 */
final class Attempts {
    private static final int SERVER_ERROR = 500;

    private final LoopContext lane;
    private final Upstreams upstreams;
    private final CallerRequest told;
    final TriedEndpoints tries;
    private List<Route.Endpoint> endpoints = List.of();
    private @Nullable InetSocketAddress destination;
    private @Nullable OpenRequest health;
    private long startedNanos;
    private int answered;
    private boolean fresh;

    Attempts(LoopContext lane, Upstreams upstreams, Session session, HttpRequest request) {
        this.lane = lane;
        this.upstreams = upstreams;
        this.tries = new TriedEndpoints(lane);
        this.told = lane.sidecar().requests().recorder().begun(session, "http/1.1", request);
    }

    /** Sets the endpoints that the request may go to, and their destination. */
    void among(List<Route.Endpoint> choice, InetSocketAddress of) {
        endpoints = choice;
        if (destination == null) {
            lane.budgets().sent(of, System.nanoTime());
        }
        destination = of;
    }

    /** Chooses the next endpoint, and counts the request there; null if there is none. */
    Route.@Nullable Endpoint next() {
        long now = System.nanoTime();
        Route.Endpoint endpoint = tries.next(endpoints, now);
        if (endpoint != null) {
            told.attempt(endpoint.address(), endpoint.identity());
            health = lane.balancer().health(endpoint).started(now);
            startedNanos = now;
        }
        return endpoint;
    }

    /**
     * Returns an idle session with the endpoint, or a new one that must be started.
     *
     * @param host host that the request names when it is sent
     */
    Upstream session(Route.Endpoint endpoint, boolean replayable, String host) {
        Upstream kept = fresh ? null : kept(endpoint, replayable, host);
        lane.sidecar().metrics().caller().session(kept != null);
        if (kept != null) {
            return kept;
        }
        Upstream made = upstreams.make(endpoint, lane);
        made.names(host);
        return made;
    }

    private @Nullable Upstream kept(Route.Endpoint endpoint, boolean replayable, String host) {
        Upstream kept = upstreams.take(endpoint, replayable);
        if (kept == null) {
            return null;
        }
        kept.names(host);
        if (kept.lasts()) {
            return kept;
        }
        kept.retire(); // it may not be used with this host
        return null;
    }

    /**
     * Called when the head of the final response has come.
     *
     * @param shed whether the endpoint's sidecar answered that it has too many requests
     * @param pause for how long the endpoint asks to be left alone, in nanoseconds
     */
    void answered(int status, boolean shed, long pause) {
        answered = status;
        if (!shed && status != Denial.TOO_MANY_REQUESTS) {
            observe(status >= SERVER_ERROR);
        } else if (health != null) {
            health.shed(System.nanoTime());
        }
        if (pause > 0 && health != null) {
            health.askedToWait(pause, System.nanoTime());
        }
    }

    /** Called when the data that came is not a valid response. */
    void misread() {
        observe(true);
    }

    /** Called when no valid response comes any more. */
    void broken(Refusal why) {
        if (why.isOfSilence()) {
            vanished();
        } else {
            observe(true);
        }
    }

    private void observe(boolean failed) {
        if (health != null) {
            long now = System.nanoTime();
            health.observed(now - startedNanos, failed, now);
        }
    }

    /**
     * Called when the session was lost before any part of a response came.
     *
     * @param unseen whether the application has certainly not seen any part of the request
     * @param stale whether the application had closed the session because it was idle, which says nothing about the
     *     endpoint
     */
    void lost(Refusal refusal, boolean unseen, boolean stale, Route.Endpoint endpoint) {
        if (refusal.isOfSilence()) {
            vanished();
        } else if (stale) {
            fresh = true;
            tries.forgive(endpoint);
        } else if (!refusal.isOfLimit() && !unseen) {
            observe(true);
        } else if (!refusal.isOfLimit() && refusal.worthRetrying() && health != null) {
            health.failed(System.nanoTime());
        }
    }

    private void vanished() {
        if (health != null) {
            health.failed(System.nanoTime());
        }
    }

    /** See {@link TriedEndpoints#again}. */
    long again(boolean unasked) {
        return destination == null ? TriedEndpoints.NEVER : tries.again(destination, unasked);
    }

    /** Called when the endpoint chosen last accepts the request. */
    void connected() {
        told.connected();
    }

    /** Called when the application gets no more of a response; {@code complete} if it has got a whole one. */
    void ended(int status, boolean complete) {
        told.ended(status, RequestRecord.NO_GRPC_STATUS, complete);
    }

    /** Returns the status of the response; 0 before its head has come. */
    int status() {
        return answered;
    }

    /** Leaves the endpoint chosen last, which no longer has the request. */
    void leave() {
        if (health != null) {
            health.ended(System.nanoTime());
            health = null;
        }
    }
}
