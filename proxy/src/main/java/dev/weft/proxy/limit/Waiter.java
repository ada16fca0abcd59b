package dev.weft.proxy.limit;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.limit.LimitRule;
import io.netty.channel.EventLoop;
import java.util.Optional;

/** A request that waits for a place among those at once. */
final class Waiter {
    /** Where it stands. */
    enum State {
        WAITS,
        /** It has a place, and does not know it yet. */
        PLACED,
        OVER
    }

    final Optional<SpiffeId> caller;
    private final EventLoop loop;
    private final Runnable placed;
    LimitRule rule; // guarded by the AtOnce that it waits for
    State state = State.WAITS; // guarded by the AtOnce that it waits for

    /** @param placed is run on the loop when it has a place */
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
