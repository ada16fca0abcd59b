package dev.weft.proxy.mesh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.proxy.loop.LoopTimer;
import dev.weft.proxy.mesh.Directory.Standing;
import dev.weft.proxy.mesh.Directory.Watcher;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The state of one address: the control plane's answer, and who waits for it or depends on it. Safe for any thread. */
final class KnownDestination {
    @GuardedBy("this")
    private final List<Waiter> waiters = new ArrayList<>();

    private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet(1);
    /** Those who want to know of another answer, but for whom the entry need not be kept. */
    private final Set<Watcher> observers = ConcurrentHashMap.newKeySet(1);

    private volatile Answer answer;
    private volatile long lastUsed;
    private volatile boolean followed;

    /**
     * The control plane's answer.
     *
     * @param route {@code null} before the first answer
     * @param current whether a stream keeps the answer current
     * @param since when that ended, in the clock's nanoseconds; without meaning while the answer is current
     */
    private record Answer(@Nullable Route route, boolean current, long since) {
        boolean olderThan(long nanos, long now) {
            return !current && now - since >= nanos;
        }
    }

    KnownDestination(long now) {
        answer = new Answer(null, false, now);
        lastUsed = now;
    }

    void resolve(EventLoop loop, Consumer<@Nullable Route> callback, long now, long grace) {
        lastUsed = now;
        Route known = good(now, grace);
        if (known != null) {
            callback.accept(known);
            return;
        }
        Waiter waiter = new Waiter(loop, callback);
        synchronized (this) {
            known = good(now, grace);
            if (known == null) {
                waiters.add(waiter);
            }
        }
        if (known != null) {
            callback.accept(known);
            return;
        }
        waiter.end.start(loop, Directory.MAX_WAIT, () -> giveUp(waiter));
    }

    /** Returns the part of the answer that may be used; null before the first one. */
    @Nullable
    Route good(long now, long grace) {
        Answer held = answer;
        if (held.route == null || !held.olderThan(grace, now)) {
            return held.route;
        }
        return held.route.withoutPlaintext();
    }

    private void giveUp(Waiter waiter) {
        boolean waiting;
        synchronized (this) {
            waiting = waiters.remove(waiter);
        }
        if (waiting) {
            waiter.callback.accept(null);
        }
    }

    /**
     * Marks the entry as the destination of connections, so that its routes' backends are followed. Returns whether it
     * was not marked before.
     */
    boolean follow() {
        boolean first = !followed;
        if (first) {
            followed = true;
        }
        return first;
    }

    boolean isFollowed() {
        return followed;
    }

    /** Whether only routes that name the address need it. */
    synchronized boolean isOnlyNamed() {
        return !followed && !watched() && waiters.isEmpty();
    }

    /** Returns the destinations that the routes of this one lead to. */
    Set<InetSocketAddress> backends() {
        return answer.route instanceof Route.ToEndpoints to && to.routes() != null
                ? to.routes().addresses()
                : Set.of();
    }

    /** Sets the answer; returns whether it differs from the one before. */
    boolean answer(Route route) {
        List<Waiter> answered;
        boolean changed;
        synchronized (this) {
            changed = !route.equals(answer.route);
            answer = new Answer(route, true, 0);
            answered = List.copyOf(waiters);
            waiters.clear();
        }
        for (Waiter waiter : answered) {
            waiter.loop.execute(() -> waiter.answered(route));
        }
        if (changed) {
            watchers.forEach(Watcher::changed);
            observers.forEach(Watcher::changed);
        }
        return changed;
    }

    synchronized void takeBack(long now) {
        answer = new Answer(null, false, now);
    }

    synchronized void unconfirmed(long now) {
        if (answer.current) {
            answer = new Answer(answer.route, false, now);
        }
    }

    synchronized void slept(long now, long by, long earliest) {
        long since = answer.current ? now : answer.since;
        long older = Math.max(since - by, earliest);
        answer = new Answer(answer.route, false, older - since < 0 ? older : since);
    }

    void look(long now, long grace) {
        if (!watchers.isEmpty() && answer.olderThan(grace, now)) {
            watchers.forEach(Watcher::changed);
        }
    }

    void watch(Watcher watcher) {
        watchers.add(watcher);
    }

    void unwatch(Watcher watcher) {
        watchers.remove(watcher);
    }

    void observe(Watcher observer) {
        observers.add(observer);
    }

    void unobserve(Watcher observer) {
        observers.remove(observer);
    }

    boolean observed() {
        return !observers.isEmpty();
    }

    boolean watched() {
        return !watchers.isEmpty();
    }

    long lastUsed() {
        return lastUsed;
    }

    /**
     * An endpoint of a Service may be reached before anything is known of its own address, so the first answer is
     * waited for.
     */
    Standing standing(InetSocketAddress address, long now, long grace) {
        Answer held = answer;
        Route route = held.route;
        if (route == null) {
            long patience = Math.max(grace, Directory.MAX_WAIT.toNanos());
            return held.olderThan(patience, now) ? Standing.TOO_OLD : Standing.UNKNOWN;
        }
        if (held.olderThan(grace, now) && route.leadsToPlaintext()) {
            return Standing.TOO_OLD;
        }
        return route.allowsPlaintextTo(address) ? Standing.OUTSIDE : Standing.IN_MESH;
    }

    boolean leadsToUnconfirmedPlaintext() {
        Answer held = answer;
        return held.route != null && !held.current && held.route.leadsToPlaintext();
    }

    /** Compared by reference: each connection has its own waiter. */
    private static final class Waiter {
        private final EventLoop loop;
        private final Consumer<@Nullable Route> callback;
        /** Cancelled when the answer arrives, because the timer holds the waiting connection. Used by the loop only. */
        private final LoopTimer end = new LoopTimer();

        Waiter(EventLoop loop, Consumer<@Nullable Route> callback) {
            this.loop = loop;
            this.callback = callback;
        }

        void answered(Route answer) {
            end.cancel();
            callback.accept(answer);
        }
    }
}
