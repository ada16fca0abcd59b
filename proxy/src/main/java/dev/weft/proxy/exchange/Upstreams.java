package dev.weft.proxy.exchange;

import dev.weft.daemon.schedule.Repetition;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.carry.LoopContext;
import dev.weft.proxy.mesh.Route;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The idle sessions with endpoints, the last used first. They are few and are kept for a short time: an application
 * closes sessions that are idle for long, and a request sent at that moment is lost. Belongs to one event loop.
 */
final class Upstreams {
    /** The longest idle time of a session for a request that cannot be sent a second time. */
    private static final Duration FRESH = Duration.ofSeconds(1);
    /** How often sessions are ended that have been idle for longer. */
    private static final Duration SWEEP = Duration.ofSeconds(1);
    /** The most idle sessions with one endpoint. */
    static final int MAX_OF_ENDPOINT = 64;
    /** The most idle sessions with all endpoints. */
    static final int MAX_OF_ALL = 1024;

    private final EventLoop loop;
    private final LongSupplier nanoTime;
    /** How long an idle session is kept; zero if none is kept. */
    private final Duration maxIdle;

    /** By endpoint; a queue that is empty is removed by the next sweep. */
    private final Map<Key, Deque<Upstream>> idle = new HashMap<>();

    private final AtomicInteger count = new AtomicInteger(); // written by the event loop, read for metrics
    private @Nullable Future<?> sweep;

    private record Key(InetSocketAddress address, @Nullable SpiffeId identity, int tunnelPort) {
        static Key of(Route.Endpoint endpoint) {
            return new Key(endpoint.address(), endpoint.identity(), endpoint.tunnelPort());
        }
    }

    Upstreams(EventLoop loop, LongSupplier nanoTime, Duration maxIdle) {
        this.loop = loop;
        this.nanoTime = nanoTime;
        this.maxIdle = maxIdle;
    }

    /**
     * Takes an idle session that has not been idle for too long; null if there is none.
     *
     * @param replayable whether the request can be sent a second time if the endpoint has just ended the session
     */
    @Nullable
    Upstream take(Route.Endpoint endpoint, boolean replayable) {
        Duration longest = replayable || maxIdle.compareTo(FRESH) < 0 ? maxIdle : FRESH;
        Deque<Upstream> waiting = idle.get(Key.of(endpoint));
        if (waiting == null) {
            return null;
        }
        long now = nanoTime.getAsLong();
        Upstream found = null;
        while (found == null && !waiting.isEmpty()) {
            Upstream last = waiting.removeLast();
            count.decrementAndGet();
            if (!last.lasts()) {
                last.retire();
            } else if (now - last.idleSince() >= longest.toNanos()) {
                waiting.addLast(last); // the ones before it have been idle for longer
                count.incrementAndGet();
                break;
            } else {
                found = last;
            }
        }
        return found;
    }

    /** Creates a new session with this endpoint; start it when it has its user. */
    Upstream make(Route.Endpoint endpoint, LoopContext lane) {
        SpiffeId identity = endpoint.identity();
        return identity == null
                ? new PlainUpstream(endpoint, lane, loop)
                : new TunnelUpstream(endpoint, identity, lane.tunnels(), loop);
    }

    /**
     * Called when a response has ended: keeps its session for another request, or ends it.
     *
     * @param persists whether both sides keep the session for another request
     * @param whole whether the whole request was sent, and no data followed the response
     */
    void done(Upstream used, boolean persists, boolean whole) {
        if (persists && whole && used.queued() == 0) {
            give(used);
        } else if (whole) {
            used.retire();
        } else {
            used.abort();
        }
    }

    /**
     * Keeps the session of a finished request. Only allowed if the response ended where it should, with no data after
     * it.
     */
    void give(Upstream upstream) {
        if (maxIdle.isZero() || !upstream.lasts() || count.get() >= MAX_OF_ALL) {
            upstream.retire();
            return;
        }
        Deque<Upstream> waiting = idle.computeIfAbsent(Key.of(upstream.endpoint), _ -> new ArrayDeque<>(2));
        if (waiting.size() >= MAX_OF_ENDPOINT) {
            upstream.retire();
            return;
        }
        upstream.rest(nanoTime.getAsLong());
        waiting.addLast(upstream);
        count.incrementAndGet();
        if (sweep == null) {
            sweep = Repetition.every(loop, SWEEP, this::sweep);
        }
    }

    /** Returns how many sessions are idle. Any thread may call it. */
    int size() {
        return count.get();
    }

    /** Ends all idle sessions. */
    void drain() {
        idle.values().forEach(waiting -> waiting.forEach(Upstream::retire));
        idle.clear();
        count.set(0);
        stopSweeping();
    }

    private void sweep() {
        long now = nanoTime.getAsLong();
        for (Iterator<Deque<Upstream>> each = idle.values().iterator(); each.hasNext(); ) {
            Deque<Upstream> waiting = each.next();
            waiting.removeIf(upstream -> {
                boolean gone = !upstream.lasts() || now - upstream.idleSince() >= maxIdle.toNanos();
                if (gone) {
                    upstream.retire();
                    count.decrementAndGet();
                }
                return gone;
            });
            if (waiting.isEmpty()) {
                each.remove();
            }
        }
        if (count.get() == 0) {
            stopSweeping();
        }
    }

    private void stopSweeping() {
        if (sweep != null) {
            sweep.cancel(false);
            sweep = null;
        }
    }
}
