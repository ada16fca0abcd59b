package dev.weft.proxy.limit;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.policy.limit.LimitRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rate limits that apply to one caller at one port. They are selected once for each session and for each change of
 * limits. {@link #take} allocates no memory. Belongs to one event loop; the buckets are shared.
 */
public final class CallerLimits {
    /** No limits. */
    public static final CallerLimits NONE = new CallerLimits(List.of());

    private static final long NANOS = 1_000_000_000;

    private final List<One> limits;

    CallerLimits(List<One> limits) {
        this.limits = List.copyOf(limits);
    }

    /** Whether no limits apply. */
    public boolean isEmpty() {
        return limits.isEmpty();
    }

    /**
     * Counts a request or a connection against each limit, until one limit is exceeded.
     *
     * @param now current time of {@link System#nanoTime}
     * @return why the request or connection is refused; null if it is allowed
     */
    public @Nullable Decision take(long now) {
        for (int i = 0; i < limits.size(); i++) {
            One limit = limits.get(i);
            if (!limit.take(now)) {
                return limit.exceeded;
            }
        }
        return null;
    }

    /** One limit with the caller's bucket. */
    static final class One {
        private final Buckets buckets;
        private final @Nullable SpiffeId identity;
        private final long interval;
        private final int burst;
        private final Decision exceeded;
        private Bucket bucket;

        One(String name, LimitRule rule, Buckets buckets, @Nullable SpiffeId identity, long now) {
            this.buckets = buckets;
            this.identity = identity;
            this.interval = NANOS / rule.perSecond();
            this.burst = rule.burst();
            this.exceeded = exceeded(name, rule);
            this.bucket = rule.scope() == LimitRule.Scope.ALL ? buckets.all() : buckets.of(identity, now);
        }

        private static Decision exceeded(String name, LimitRule rule) {
            boolean requests = rule.unit() == LimitRule.Unit.REQUESTS;
            String what = (requests ? " request" : " connection") + (rule.perSecond() == 1 ? "" : "s");
            String who = rule.scope() == LimitRule.Scope.ALL ? "all callers together" : "each caller";
            return new Decision(
                    Outcome.DENY,
                    requests ? Code.TOO_MANY_REQUESTS : Code.TOO_MANY_CONNECTIONS,
                    name,
                    name + " lets " + who + " make " + rule.perSecond() + what + " a second: wait a second",
                    List.of());
        }

        boolean take(long now) {
            if (bucket.retired() || buckets.isShared(bucket)) {
                bucket = buckets.of(identity, now);
            }
            return bucket.take(now, interval, burst);
        }
    }
}
