package dev.weft.proxy.balance;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many requests to each destination may be sent a second time: a share of those that were sent, and a few each second. Where
 * much fails, retries would add to the load that makes it fail. Belongs to one event loop.
 */
public final class RetryBudgets {
    /** Retries for each request. */
    public static final double SHARE = 0.2;
    /** Retries a second beside, so that destinations with few requests have some. */
    public static final double EACH_SECOND = 10;
    /** Retries that can be saved up. */
    public static final double MOST_SAVED = 100;

    /** Destinations whose budget is known; the one longest unused is forgotten. */
    private static final int MAX_DESTINATIONS = 1024;

    private static final double NANOS = 1e9;

    private final Map<InetSocketAddress, Budget> budgets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, Budget> eldest) {
            return size() > MAX_DESTINATIONS;
        }
    };

    private static final class Budget {
        private double saved = EACH_SECOND;
        private long filledAt;

        Budget(long now) {
            filledAt = now;
        }
    }

    /** A request goes to this destination for the first time. */
    public void sent(InetSocketAddress destination, long now) {
        Budget budget = budgets.computeIfAbsent(destination, _ -> new Budget(now));
        budget.saved = Math.min(MOST_SAVED, budget.saved + SHARE);
    }

    /** Whether one may be sent a second time; if so, it counts. */
    public boolean take(InetSocketAddress destination, long now) {
        Budget budget = budgets.computeIfAbsent(destination, _ -> new Budget(now));
        double earned = Math.max(0, now - budget.filledAt) / NANOS * EACH_SECOND;
        budget.saved = Math.min(MOST_SAVED, budget.saved + earned);
        budget.filledAt = now;
        boolean left = budget.saved >= 1;
        budget.saved -= left ? 1 : 0;
        return left;
    }
}
