package dev.weft.proxy.exchange;

import dev.weft.proxy.balance.RetryBudgets;

/** What the connections of one event loop share. */
record Shared(Upstreams upstreams, RetryBudgets budgets) {}
