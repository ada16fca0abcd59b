package dev.weft.proxy.gate;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Counts how many of something each holder has, and limits it. Safe for use by several threads. */
public final class Shares<K> {
    private final int each;
    private final ConcurrentMap<K, Integer> taken = new ConcurrentHashMap<>();

    /** @param each the most that one holder may have */
    public Shares(int each) {
        this.each = each;
    }

    /**
     * Takes one more for this holder, and returns whether it was within the limit. If so, {@link #give} must follow.
     */
    public boolean take(K who) {
        if (taken.merge(who, 1, Integer::sum) > each) {
            give(who);
            return false;
        }
        return true;
    }

    /** Gives one back. */
    public void give(K who) {
        taken.computeIfPresent(who, (_, before) -> before == 1 ? null : before - 1);
    }

    /** Returns how many this holder has. */
    public int of(K who) {
        return taken.getOrDefault(who, 0);
    }
}
