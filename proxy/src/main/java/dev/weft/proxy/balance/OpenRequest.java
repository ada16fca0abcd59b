package dev.weft.proxy.balance;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A session or a request at an endpoint, or on its way there, from its choice to its end. Belongs to one event loop.
 * Times are of {@link System#nanoTime}.
 */
public final class OpenRequest {
    /** Time after which a request may go to an endpoint that has answered none of those that it has. */
    static final Duration PROBE = Duration.ofSeconds(30);

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

    /** Called when the endpoint has answered well: what it has not answered and began before waits on purpose. */
    public void succeeded() {
        if (waits) {
            health.waiting().removeUntil(this);
        }
    }

    /** See {@link EndpointHealth#admitted}. */
    public void admitted(long tookNanos, long now) {
        succeeded();
        health.admitted(tookNanos, now);
    }

    /** See {@link EndpointHealth#observed}. */
    public void observed(long tookNanos, boolean failed, long now) {
        if (failed) {
            answered();
        } else {
            succeeded();
        }
        health.observed(tookNanos, failed, now);
    }

    /** See {@link EndpointHealth#shed}. */
    public void shed(long now) {
        answered();
        health.shed(now);
    }

    /** See {@link EndpointHealth#askedToWait}. */
    public void askedToWait(long nanos, long now) {
        health.askedToWait(nanos, now);
    }

    /** See {@link EndpointHealth#failed}. */
    public void failed(long now) {
        answered();
        health.failed(now);
    }

    /**
     * Called once the endpoint has nothing more to do for it. If the endpoint has not answered, the caller gave up: then
     * the endpoint is at least as slow as the caller was patient. A wait of {@link #PROBE} and longer may be on purpose.
     */
    public void ended(long now) {
        if (waits && now - since < PROBE.toNanos()) {
            health.gaveUp(now - since, now);
        }
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

        private void removeUntil(OpenRequest last) {
            OpenRequest each = oldest;
            while (each != null) {
                OpenRequest next = each == last ? null : each.newer;
                each.answered();
                each = next;
            }
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

        /** Returns for how long the oldest one has waited; 0 if there is none, or the endpoint may be probed. */
        long oldestAge(long now) {
            return oldest == null || mayProbe(now) ? 0 : now - oldest.since;
        }

        /** Whether there is one that began after this moment, and the endpoint may not be probed. */
        boolean anySince(long moment, long now) {
            return newest != null && newest.since - moment > 0 && !mayProbe(now);
        }

        /** An endpoint that never gets a request could never show that it answers. */
        private boolean mayProbe(long now) {
            return newest == null || now - newest.since >= PROBE.toNanos();
        }
    }
}
