package dev.weft.proxy.names;

import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;

/** Limits the questions that wait for answers, in total and for one client's socket. Belongs to one event loop. */
final class QueryLimit {
    /** Most waiting questions in total. */
    static final int MAX = 1_024;
    /** Most waiting questions of one socket. */
    static final int MAX_OF_ONE = 128;

    private final Map<SocketAddress, Integer> taken = new HashMap<>();
    private int all;

    /**
     * Takes a place and returns true, or returns false if there is none. After true, {@link #release} must be called.
     */
    boolean take(SocketAddress client) {
        int own = taken.getOrDefault(client, 0);
        if (all >= MAX || own >= MAX_OF_ONE) {
            return false;
        }
        taken.put(client, own + 1);
        all++;
        return true;
    }

    /** Frees the place of a question that is answered. */
    void release(SocketAddress client) {
        all--;
        taken.computeIfPresent(client, (_, own) -> own == 1 ? null : own - 1);
    }
}
