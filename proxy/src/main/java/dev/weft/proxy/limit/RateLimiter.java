package dev.weft.proxy.limit;

import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.decide.Peer;
import dev.weft.policy.limit.LimitRule;
import dev.weft.policy.limit.RateLimit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;

/**
 * Counts requests and new connections for each caller. A change of limits keeps the counts of limits that stay, and
 * drops no connection. Safe for use by several threads.
 */
public final class RateLimiter {
    private final LongSupplier nanoTime;
    private final Map<Key, Buckets> buckets = new ConcurrentHashMap<>();
    private final Map<Key, ConcurrentRequests> atOnce = new ConcurrentHashMap<>();

    /** Identifies a limit by its object's name and its index in that object. */
    private record Key(String name, int index, LimitRule.Unit unit) {}

    /** @param nanoTime clock that counts as {@link System#nanoTime} does */
    public RateLimiter(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Replaces the limits, also for requests that wait. Counts of limits that no longer exist are dropped. */
    public void update(List<RateLimit> limits) {
        Map<Key, LimitRule> present = new HashMap<>();
        for (RateLimit limit : limits) {
            for (int i = 0; i < limit.limits().size(); i++) {
                LimitRule rule = limit.limits().get(i);
                present.put(new Key(limit.fullName(), i, rule.unit()), rule);
            }
        }
        buckets.keySet().retainAll(present.keySet());
        Map<Key, ConcurrentRequests> changed = Map.copyOf(atOnce);
        atOnce.keySet().retainAll(present.keySet());
        changed.forEach((key, counted) -> counted.change(present.get(key)));
    }

    /**
     * Returns the rate limits that apply to a caller at a port.
     *
     * @param policies decide which callers a source matches
     */
    public CallerLimits of(
            List<RateLimit> limits, LimitRule.Unit unit, CompiledPolicies policies, Peer peer, int port) {
        if (limits.isEmpty()) {
            return CallerLimits.NONE;
        }
        long now = nanoTime.getAsLong();
        return new CallerLimits(selected(limits, unit, policies, peer, port, (key, rule) -> {
            Buckets counted = buckets.computeIfAbsent(key, _ -> new Buckets(now));
            return new CallerLimits.One(key.name(), rule, counted, peer.identity(), now);
        }));
    }

    /** Returns the limits on simultaneous requests that apply to a caller at a port; see {@link #of}. */
    public ConcurrencyLimits load(List<RateLimit> limits, CompiledPolicies policies, Peer peer, int port) {
        List<ConcurrencyLimits.One> about =
                selected(limits, LimitRule.Unit.AT_ONCE, policies, peer, port, (key, rule) -> {
                    ConcurrentRequests counted = atOnce.computeIfAbsent(key, _ -> new ConcurrentRequests());
                    return new ConcurrencyLimits.One(key.name(), rule, counted);
                });
        return about.isEmpty()
                ? ConcurrencyLimits.NONE
                : new ConcurrencyLimits(Optional.ofNullable(peer.identity()), about);
    }

    /** Returns what {@code make} makes of each rule that counts by this unit and applies to the caller at the port. */
    private static <T> List<T> selected(
            List<RateLimit> limits,
            LimitRule.Unit unit,
            CompiledPolicies policies,
            Peer peer,
            int port,
            BiFunction<Key, LimitRule, T> make) {
        List<T> selected = new ArrayList<>();
        for (RateLimit limit : limits) {
            for (int i = 0; i < limit.limits().size() && limit.selectsPort(port); i++) {
                LimitRule rule = limit.limits().get(i);
                if (rule.unit() == unit && matches(rule, policies, peer)) {
                    selected.add(make.apply(new Key(limit.fullName(), i, unit), rule));
                }
            }
        }
        return selected;
    }

    private static boolean matches(LimitRule rule, CompiledPolicies policies, Peer peer) {
        return rule.from().isEmpty() || rule.from().stream().anyMatch(source -> policies.matches(source, peer));
    }

    /** Returns the present time of the clock that the buckets use. */
    public long now() {
        return nanoTime.getAsLong();
    }
}
