package dev.weft.proxy.limit;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.policy.limit.LimitRule;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The limits on how many requests of one caller run at once, at one port. Belongs to one event loop; the counters are
 * shared.
 */
public final class ConcurrencyLimits {
    /** No limits. */
    public static final ConcurrencyLimits NONE = new ConcurrencyLimits(Optional.empty(), List.of());

    private final Optional<SpiffeId> caller;
    private final List<One> limits;
    /** Index of the limit that refused the last request. */
    private int refusedAt;

    /** One limit with its shared counter. */
    record One(String name, LimitRule rule, ConcurrentRequests counted) {
        private Decision exceeded() {
            String what = rule.perSecond() == 1 ? " request" : " requests";
            String whose = rule.scope() == LimitRule.Scope.ALL ? "" : " of each caller";
            return new Decision(
                    Outcome.DENY,
                    Code.OVERLOADED,
                    name,
                    name + " lets the workload have " + rule.perSecond() + what + whose
                            + " at once: ask again later, or elsewhere",
                    List.of());
        }
    }

    ConcurrencyLimits(Optional<SpiffeId> caller, List<One> limits) {
        this.caller = caller;
        this.limits = List.copyOf(limits);
    }

    /** Whether no limits apply. */
    public boolean isEmpty() {
        return limits.isEmpty();
    }

    /**
     * Begins one more request, which counts against each limit until {@link #end}. Returns why it is refused, and then
     * it counts against none; null if it may begin.
     */
    public @Nullable Decision begin() {
        for (int i = 0; i < limits.size(); i++) {
            One limit = limits.get(i);
            if (!limit.counted().begin(caller, limit.rule())) {
                limits.subList(0, i).forEach(before -> before.counted().end(caller));
                refusedAt = i;
                return limit.exceeded();
            }
        }
        return null;
    }

    /**
     * Lets the request that was refused last wait at the limit that refused it. Returns null if it may not wait.
     *
     * @param then called once on the loop: with null if the request has begun, or with the reason if it was refused
     *     after all; never after {@link Waiting#cancel}
     */
    public @Nullable Waiting await(EventLoop loop, Consumer<@Nullable Decision> then) {
        One limit = limits.get(refusedAt);
        if (limit.rule().waiting().most() == 0) {
            return null;
        }
        Waiting waiting = new Waiting(limit, loop, then);
        return waiting.begins(loop) ? waiting : null;
    }

    /** A request that waits. Belongs to the event loop. */
    public final class Waiting {
        private final One limit;
        private final ConcurrentRequests.Waiter waiter;
        private final Consumer<@Nullable Decision> then;
        private @Nullable Future<?> end;

        private Waiting(One limit, EventLoop loop, Consumer<@Nullable Decision> then) {
            this.limit = limit;
            this.waiter = new ConcurrentRequests.Waiter(caller, limit.rule(), loop, this::placed);
            this.then = then;
        }

        private boolean begins(EventLoop loop) {
            boolean may = limit.counted().await(waiter);
            if (may) {
                long millis = limit.rule().waiting().longest().toMillis();
                end = loop.schedule(this::late, millis, TimeUnit.MILLISECONDS);
            }
            return may;
        }

        private void placed() {
            if (!limit.counted().take(waiter)) {
                return;
            }
            stopTimer();
            ConcurrencyLimits others = new ConcurrencyLimits(
                    caller,
                    limits.stream().filter(other -> !other.equals(limit)).toList());
            Decision exceeded = others.begin();
            if (exceeded != null) {
                limit.counted().end(caller);
            }
            then.accept(exceeded);
        }

        private void late() {
            if (limit.counted().expire(waiter)) {
                then.accept(limit.exceeded());
            }
        }

        /** Stops waiting, and gives up the place if there is one. */
        public void cancel() {
            stopTimer();
            boolean _ = limit.counted().leave(waiter);
        }

        private void stopTimer() {
            if (end != null) {
                end.cancel(false);
            }
        }
    }

    /** Ends one request of the caller. */
    public void end() {
        limits.forEach(limit -> limit.counted().end(caller));
    }
}
