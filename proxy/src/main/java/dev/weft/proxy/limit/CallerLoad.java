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

/** The limits on how many requests of one caller there are at once, at one port. Belongs to one event loop; what is counted is shared. */
public final class CallerLoad {
    /** No limits. */
    public static final CallerLoad NONE = new CallerLoad(Optional.empty(), List.of());

    private final Optional<SpiffeId> caller;
    private final List<One> limits;
    /** At which limit the last request was refused. */
    private int refusedAt;

    /** One limit, and what is counted for it. */
    record One(String name, LimitRule rule, AtOnce counted) {
        private Decision exceeded() {
            String whose = rule.scope() == LimitRule.Scope.ALL ? "requests" : "requests of each caller";
            return new Decision(
                    Outcome.DENY,
                    Code.OVERLOADED,
                    name,
                    name + " lets the workload have " + rule.perSecond() + " " + whose
                            + " at once: ask again later, or elsewhere",
                    List.of());
        }
    }

    CallerLoad(Optional<SpiffeId> caller, List<One> limits) {
        this.caller = caller;
        this.limits = List.copyOf(limits);
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return limits.isEmpty();
    }

    /** One more request begins, and counts at each limit until {@link #end}. Returns why it may not, and then it counts at none. */
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
     * The request that was refused last waits at the limit that refused it. Returns null if it may not.
     *
     * @param then hears on the loop, once, that it has begun, by null, or why it was refused after all; not after {@link Waiting#cancel}
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
        private final Waiter waiter;
        private final Consumer<@Nullable Decision> then;
        private @Nullable Future<?> end;

        private Waiting(One limit, EventLoop loop, Consumer<@Nullable Decision> then) {
            this.limit = limit;
            this.waiter = new Waiter(caller, limit.rule(), loop, this::placed);
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
            CallerLoad others = new CallerLoad(
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

        /** It waits no more, and has no place. */
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

    /** One of them has ended. */
    public void end() {
        limits.forEach(limit -> limit.counted().end(caller));
    }
}
