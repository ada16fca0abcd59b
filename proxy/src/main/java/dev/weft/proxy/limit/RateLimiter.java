package dev.weft.proxy.limit;

import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.decide.Peer;
import dev.weft.policy.limit.LimitRule;
import dev.weft.policy.limit.RateLimit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Counts requests and new connections by who makes them. What was counted stays when limits change, so that a change resets no count
 * and drops no connection. Safe for use by several threads.
 */
public final class RateLimiter {
    private final LongSupplier nanoTime;
    private final Map<Key, Buckets> buckets = new ConcurrentHashMap<>();
    private final Map<Key, AtOnce> atOnce = new ConcurrentHashMap<>();

    /** A limit by its object and its place there. */
    private record Key(String name, int index, LimitRule.Unit unit) {}

    /** @param nanoTime as {@link System#nanoTime} */
    public RateLimiter(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** These are the limits from now on; what was counted for others is forgotten. */
    public void update(List<RateLimit> limits) {
        Set<Key> present = new HashSet<>();
        for (RateLimit limit : limits) {
            for (int i = 0; i < limit.limits().size(); i++) {
                present.add(new Key(limit.fullName(), i, limit.limits().get(i).unit()));
            }
        }
        buckets.keySet().retainAll(present);
        atOnce.keySet().retainAll(present);
    }

    /**
     * The limits that are about a caller at a port.
     *
     * @param policies know who a source describes
     */
    public CallerLimits of(
            List<RateLimit> limits, LimitRule.Unit unit, CompiledPolicies policies, Peer peer, int port) {
        if (limits.isEmpty()) {
            return CallerLimits.NONE;
        }
        List<CallerLimits.One> about = new ArrayList<>();
        for (RateLimit limit : limits) {
            for (int i = 0; i < limit.limits().size() && limit.selectsPort(port); i++) {
                LimitRule rule = limit.limits().get(i);
                if (rule.unit() == unit && matches(rule, policies, peer)) {
                    long now = nanoTime.getAsLong();
                    Buckets counted =
                            buckets.computeIfAbsent(new Key(limit.fullName(), i, unit), _ -> new Buckets(now));
                    about.add(new CallerLimits.One(limit.fullName(), rule, counted, peer.identity(), now));
                }
            }
        }
        return new CallerLimits(about);
    }

    /** The limits on requests at once that are about a caller at a port; see {@link #of}. */
    public CallerLoad load(List<RateLimit> limits, CompiledPolicies policies, Peer peer, int port) {
        List<CallerLoad.One> about = new ArrayList<>();
        for (RateLimit limit : limits) {
            for (int i = 0; i < limit.limits().size() && limit.selectsPort(port); i++) {
                LimitRule rule = limit.limits().get(i);
                if (rule.unit() == LimitRule.Unit.AT_ONCE && matches(rule, policies, peer)) {
                    Key key = new Key(limit.fullName(), i, rule.unit());
                    about.add(
                            new CallerLoad.One(limit.fullName(), rule, atOnce.computeIfAbsent(key, _ -> new AtOnce())));
                }
            }
        }
        return about.isEmpty() ? CallerLoad.NONE : new CallerLoad(Optional.ofNullable(peer.identity()), about);
    }

    private static boolean matches(LimitRule rule, CompiledPolicies policies, Peer peer) {
        return rule.from().isEmpty() || rule.from().stream().anyMatch(source -> policies.matches(source, peer));
    }

    /** The time that its buckets are filled by. */
    public long now() {
        return nanoTime.getAsLong();
    }
}
