package dev.weft.proxy.limit;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.limit.LimitRule;
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
 * The requests of one limit that have not ended, by caller, and those that wait to begin. Those who share a limit are kept from filling
 * it alone: a caller has no more than {@link #SHARE} times what is free, so that the next one always finds room. Safe for use by
 * several threads.
 */
final class AtOnce {
    /** With it a caller alone has up to four fifths of a limit, and two have four ninths each. */
    static final int SHARE = 4;

    private final Map<Optional<SpiffeId>, Integer> callers = new HashMap<>(); // guarded by this
    private final Deque<Waiter> waiting = new ArrayDeque<>(1); // guarded by this
    private int all; // guarded by this

    /** Whether one more of this caller may begin; if so, it counts until {@link #end}. */
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

    /** The limit is this from now on; null for none. Those who wait have a place where it now has room for them. */
    void change(@Nullable LimitRule now) {
        List<Waiter> placed = new ArrayList<>();
        synchronized (this) {
            for (Iterator<Waiter> each = waiting.iterator(); each.hasNext(); ) {
                Waiter waiter = each.next();
                if (now != null) {
                    waiter.rule = now;
                }
                if (now == null) {
                    count(waiter.caller);
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

    private static boolean isFair(long own, int used, int most) {
        return used < most && own < (long) SHARE * (most - used);
    }

    /** One of them has ended. The first that waits and may have the place gets it. */
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

    /** Whether it may wait. It is told when it has a place, which may be at once. */
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

    /** It was told. Whether it has the place, which counts until {@link #end}; not if it has left meanwhile. */
    synchronized boolean take(Waiter waiter) {
        if (waiter.state != Waiter.State.PLACED) {
            return false;
        }
        waiter.state = Waiter.State.OVER;
        return true;
    }

    /** Its time is up. Whether it was waiting, and does so no more; one that has a place meanwhile keeps it, and hears of it. */
    synchronized boolean expire(Waiter waiter) {
        if (waiter.state != Waiter.State.WAITS) {
            return false;
        }
        waiter.state = Waiter.State.OVER;
        waiting.remove(waiter);
        return true;
    }

    /** It waits no more; a place that it has is free. Returns whether it was waiting. */
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

    /** How many have not ended. */
    synchronized int all() {
        return all;
    }

    /** How many wait. */
    synchronized int waiting() {
        return waiting.size();
    }
}
