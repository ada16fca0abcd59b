package dev.weft.proxy.limit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.limit.LimitRule;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts the requests of one limit that have not ended, for each caller, and keeps the queue of requests that wait to
 * begin. No caller can fill a shared limit alone: a caller gets at most {@link #SHARE} times the places that are free,
 * so the next caller always finds room. Safe for use by several threads.
 */
final class ConcurrentRequests {
    /** With this share, a single caller gets up to four fifths of a limit, and two callers get four ninths each. */
    static final int SHARE = 4;

    /** A request that waits for a place. Its rule and state are guarded by the limit that it waits for. */
    static final class Waiter {
        /** The state of the waiting request. */
        enum State {
            WAITS,
            /** It has a place, and has not been notified yet. */
            PLACED,
            OVER
        }

        final Optional<SpiffeId> caller;
        private final EventLoop loop;
        private final Runnable placed;
        LimitRule rule;
        State state = State.WAITS;

        /** @param placed runs on the loop when the request has a place */
        Waiter(Optional<SpiffeId> caller, LimitRule rule, EventLoop loop, Runnable placed) {
            this.caller = caller;
            this.rule = rule;
            this.loop = loop;
            this.placed = placed;
        }

        void tell() {
            loop.execute(placed);
        }
    }

    @GuardedBy("this")
    private final Map<Optional<SpiffeId>, Integer> callers = new HashMap<>();

    @GuardedBy("this")
    private final Deque<Waiter> waiting = new ArrayDeque<>(1);

    @GuardedBy("this")
    private int all;

    /** Whether one more request of this caller may begin. If so, it counts until {@link #end}. */
    synchronized boolean begin(Optional<SpiffeId> caller, LimitRule rule) {
        int own = callers.getOrDefault(caller, 0);
        boolean room =
                rule.scope() == LimitRule.Scope.IDENTITY ? own < rule.perSecond() : isFair(own, all, rule.perSecond());
        if (room) {
            count(caller);
        }
        return room;
    }

    private synchronized void count(Optional<SpiffeId> caller) {
        callers.merge(caller, 1, Integer::sum);
        all++;
    }

    /**
     * Replaces the limit; null removes it. Waiting requests that the new limit has room for get a place, and so do those
     * that waited for a limit on other callers than the new one.
     */
    void change(@Nullable LimitRule changed) {
        List<Waiter> placed = new ArrayList<>();
        synchronized (this) {
            for (Iterator<Waiter> each = waiting.iterator(); each.hasNext(); ) {
                Waiter waiter = each.next();
                LimitRule now = changed != null && isOnSameCallers(changed, waiter.rule) ? changed : null;
                if (now == null) {
                    count(waiter.caller);
                } else {
                    waiter.rule = now;
                }
                if (now == null || begin(waiter.caller, now)) {
                    each.remove();
                    waiter.state = Waiter.State.PLACED;
                    placed.add(waiter);
                }
            }
        }
        placed.forEach(Waiter::tell);
    }

    private static boolean isOnSameCallers(LimitRule one, LimitRule other) {
        return one.scope() == other.scope() && one.from().equals(other.from());
    }

    private static boolean isFair(long own, int used, int most) {
        return used < most && own < (long) SHARE * (most - used);
    }

    /** Ends one request of this caller. The first waiting request that may begin gets the place. */
    void end(Optional<SpiffeId> caller) {
        Waiter next;
        synchronized (this) {
            all--;
            callers.computeIfPresent(caller, (_, own) -> own > 1 ? own - 1 : null);
            next = place();
        }
        if (next != null) {
            next.tell();
        }
    }

    private synchronized @Nullable Waiter place() {
        for (Iterator<Waiter> each = waiting.iterator(); each.hasNext(); ) {
            Waiter waiter = each.next();
            if (begin(waiter.caller, waiter.rule)) {
                each.remove();
                waiter.state = Waiter.State.PLACED;
                return waiter;
            }
        }
        return null;
    }

    /** Whether this request may wait. If so, it is notified when it has a place, which may be immediately. */
    boolean await(Waiter waiter) {
        synchronized (this) {
            long own = waiting.stream()
                    .filter(other -> other.caller.equals(waiter.caller))
                    .count();
            if (!isFair(own, waiting.size(), waiter.rule.waiting().most())) {
                return false;
            }
            if (!begin(waiter.caller, waiter.rule)) {
                waiting.add(waiter);
                return true;
            }
            waiter.state = Waiter.State.PLACED;
        }
        waiter.tell();
        return true;
    }

    /**
     * Whether a notified request still has its place, which then counts until {@link #end}; false if it has left
     * meanwhile.
     */
    synchronized boolean take(Waiter waiter) {
        if (waiter.state != Waiter.State.PLACED) {
            return false;
        }
        waiter.state = Waiter.State.OVER;
        return true;
    }

    /**
     * Removes a request from the queue when its waiting time is over. Returns false if it was no longer waiting: a
     * request that has got a place keeps it, and is notified of it.
     */
    synchronized boolean expire(Waiter waiter) {
        if (waiter.state != Waiter.State.WAITS) {
            return false;
        }
        waiter.state = Waiter.State.OVER;
        waiting.remove(waiter);
        return true;
    }

    /** Stops a request's waiting, and frees its place if it has one. Returns whether it was still waiting. */
    boolean leave(Waiter waiter) {
        Waiter.State left;
        synchronized (this) {
            left = waiter.state;
            waiter.state = Waiter.State.OVER;
            waiting.remove(waiter);
        }
        if (left == Waiter.State.PLACED) {
            end(waiter.caller);
        }
        return left == Waiter.State.WAITS;
    }

    /** Returns how many requests have not ended. */
    synchronized int all() {
        return all;
    }

    /** Returns how many requests wait. */
    synchronized int waiting() {
        return waiting.size();
    }
}
