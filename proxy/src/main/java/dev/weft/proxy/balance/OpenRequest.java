package dev.weft.proxy.balance;

import org.jspecify.annotations.Nullable;

/**
 * A session or a request at an endpoint, or on its way there, from its choice to its end. Belongs to one event loop.
 * Times are of {@link System#nanoTime}.
 */
public final class OpenRequest {
    private final EndpointHealth health;
    private final long since;
    // The neighbours among those that the endpoint has not answered, the oldest first.
    private @Nullable OpenRequest older;
    private @Nullable OpenRequest newer;
    private boolean waits = true;
    private boolean ended;

    OpenRequest(EndpointHealth health, long since) {
        this.health = health;
        this.since = since;
    }

    /** Called when the endpoint has begun to answer: the request's age says nothing about it any more. */
    public void answered() {
        if (waits) {
            waits = false;
            health.waiting().remove(this);
        }
    }

    /** See {@link EndpointHealth#admitted}. */
    public void admitted(long tookNanos, long now) {
        answered();
        health.admitted(tookNanos, now);
    }

    /** See {@link EndpointHealth#observed}. */
    public void observed(long tookNanos, boolean failed, long now) {
        answered();
        health.observed(tookNanos, failed, now);
    }

    /** See {@link EndpointHealth#shed}. */
    public void shed(long now) {
        answered();
        health.shed(now);
    }

    /** See {@link EndpointHealth#failed}. */
    public void failed(long now) {
        answered();
        health.failed(now);
    }

    /** Called once the endpoint has nothing more to do for it. */
    public void ended() {
        answered();
        if (!ended) {
            ended = true;
            health.ended();
        }
    }

    /** Those of an endpoint that it has not answered, in the order in which they began. */
    static final class Waiting {
        private @Nullable OpenRequest oldest;
        private @Nullable OpenRequest newest;

        void add(OpenRequest request) {
            OpenRequest last = newest;
            request.older = last;
            if (last == null) {
                oldest = request;
            } else {
                last.newer = request;
            }
            newest = request;
        }

        private void remove(OpenRequest request) {
            OpenRequest before = request.older;
            OpenRequest after = request.newer;
            if (before == null) {
                oldest = after;
            } else {
                before.newer = after;
            }
            if (after == null) {
                newest = before;
            } else {
                after.older = before;
            }
            request.older = null;
            request.newer = null;
        }

        /** Returns for how long the oldest one has waited; 0 if there is none. */
        long oldestAge(long now) {
            return oldest == null ? 0 : now - oldest.since;
        }

        /** Whether there is one that began after this moment. */
        boolean anySince(long moment) {
            return newest != null && newest.since - moment > 0;
        }
    }
}
