package dev.weft.proxy.balance;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Limits how many requests to each destination may be sent again: a share of the requests sent, and a few each second.
 * Without the limit, retries would add to the load that makes requests fail. Belongs to one event loop.
 */
public final class RetryBudgets {
    /** Retries that each request adds to the budget. */
    public static final double SHARE = 0.2;
    /** Retries added each second, so that destinations with few requests have some. */
    public static final double EACH_SECOND = 10;
    /** The most retries that can be saved up. */
    public static final double MOST_SAVED = 100;

    /** The most destinations with a budget; the one unused for longest is forgotten. */
    private static final int MAX_DESTINATIONS = 1024;

    private static final double NANOS = 1e9;

    private final Map<InetSocketAddress, Budget> budgets = new LinkedHashMap<>(16, 0.75f, true) {
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

    /** Counts a request that is sent to this destination for the first time. */
    public void sent(InetSocketAddress destination, long now) {
        Budget budget = budgets.computeIfAbsent(destination, _ -> new Budget(now));
        budget.saved = Math.min(MOST_SAVED, budget.saved + SHARE);
    }

    /** Whether one more request may be sent again; if so, it is taken from the budget. */
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
