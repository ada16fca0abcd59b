package dev.weft.proxy.limit;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.limit.LimitRule;
import io.netty.channel.EventLoop;
import java.util.Optional;

/** A request that waits for a place at a limit on simultaneous requests. */
final class Waiter {
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
    LimitRule rule; // guarded by the AtOnce that it waits for
    State state = State.WAITS; // guarded by the AtOnce that it waits for

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
