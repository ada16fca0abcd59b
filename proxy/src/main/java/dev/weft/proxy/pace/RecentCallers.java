package dev.weft.proxy.pace;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * State of each caller that was seen lately. A caller that comes back after {@link #MOST} others starts with new state.
 * Safe for use by several threads.
 */
public final class RecentCallers<C, P> {
    /** Number of callers that are remembered. */
    static final int MOST = 1024;

    private final Supplier<P> first;

    @GuardedBy("this")
    private final Map<C, P> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<C, P> eldest) {
            return size() > MOST;
        }
    };

    /** @param first makes the state of a caller that is not remembered */
    public RecentCallers(Supplier<P> first) {
        this.first = first;
    }

    /** Returns the state of this caller. It stays the same when the caller makes a new connection. */
    public synchronized P of(C caller) {
        return known.computeIfAbsent(caller, _ -> first.get());
    }
}
