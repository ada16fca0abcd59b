package dev.weft.proxy.limit;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.limit.LimitRule;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The requests of one limit that have not ended, by caller. Those who share a limit are kept from filling it alone: a caller has no
 * more than {@link #SHARE} times what is free, so that the next one always finds room. Safe for use by several threads.
 */
final class AtOnce {
    /** With it a caller alone has up to four fifths of a limit, and two have four ninths each. */
    static final int SHARE = 4;

    private final Map<Optional<SpiffeId>, Integer> callers = new HashMap<>(); // guarded by this
    private int all; // guarded by this

    /** Whether one more of this caller may begin; if so, it counts until {@link #end}. */
    synchronized boolean begin(Optional<SpiffeId> caller, LimitRule rule) {
        int own = callers.getOrDefault(caller, 0);
        int most = rule.perSecond();
        boolean room =
                rule.scope() == LimitRule.Scope.IDENTITY ? own < most : all < most && own < (long) SHARE * (most - all);
        if (room) {
            callers.put(caller, own + 1);
            all++;
        }
        return room;
    }

    /** One of them has ended. */
    synchronized void end(Optional<SpiffeId> caller) {
        all--;
        callers.computeIfPresent(caller, (_, own) -> own > 1 ? own - 1 : null);
    }

    /** How many there are. */
    synchronized int all() {
        return all;
    }
}
