package dev.weft.proxy.gate;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** How many of something each has, and whether one more may be had. Safe for use by several threads. */
public final class Shares<K> {
    private final int each;
    private final ConcurrentMap<K, Integer> taken = new ConcurrentHashMap<>();

    /** @param each at the most */
    public Shares(int each) {
        this.each = each;
    }

    /** One more, unless it has as many as it may; {@link #give} follows. */
    public boolean take(K who) {
        if (taken.merge(who, 1, Integer::sum) > each) {
            give(who);
            return false;
        }
        return true;
    }

    /** One less. */
    public void give(K who) {
        taken.computeIfPresent(who, (_, before) -> before == 1 ? null : before - 1);
    }

    /** What it has. */
    public int of(K who) {
        return taken.getOrDefault(who, 0);
    }
}
