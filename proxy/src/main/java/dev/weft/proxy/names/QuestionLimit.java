package dev.weft.proxy.names;

import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;

/** Questions that wait for their answers: how many there may be, of all and of one client's socket. Belongs to one event loop. */
final class QuestionLimit {
    /** Of all. */
    static final int MAX = 1_024;
    /** Of one socket. */
    static final int MAX_OF_ONE = 128;

    private final Map<SocketAddress, Integer> taken = new HashMap<>();
    private int all;

    /** Whether there was one; then {@link #release} is due. */
    boolean take(SocketAddress client) {
        int own = taken.getOrDefault(client, 0);
        if (all >= MAX || own >= MAX_OF_ONE) {
            return false;
        }
        taken.put(client, own + 1);
        all++;
        return true;
    }

    /** The question is answered. */
    void release(SocketAddress client) {
        all--;
        taken.computeIfPresent(client, (_, own) -> own == 1 ? null : own - 1);
    }
}
