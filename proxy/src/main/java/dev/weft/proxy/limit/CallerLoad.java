package dev.weft.proxy.limit;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.policy.limit.LimitRule;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The limits on how many requests of one caller there are at once, at one port. */
public final class CallerLoad {
    /** No limits. */
    public static final CallerLoad NONE = new CallerLoad(Optional.empty(), List.of());

    private final Optional<SpiffeId> caller;
    private final List<One> limits;

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
                for (int before = 0; before < i; before++) {
                    limits.get(before).counted().end(caller);
                }
                return limit.exceeded();
            }
        }
        return null;
    }

    /** One of them has ended. */
    public void end() {
        limits.forEach(limit -> limit.counted().end(caller));
    }
}
