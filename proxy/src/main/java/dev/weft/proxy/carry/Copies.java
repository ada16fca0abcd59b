package dev.weft.proxy.carry;

/**
 * Limits how many copies of requests are open on one event loop, and so the cost of mirrors. Belongs to one event loop.
 */
public final class Copies {
    /** The most open copies; a request beyond the limit is not copied. */
    public static final int MOST = 256;

    private int open;

    /** Whether one more copy may be made; if so, it counts until {@link #ended}. */
    boolean begin() {
        if (open >= MOST) {
            return false;
        }
        open++;
        return true;
    }

    void ended() {
        open--;
    }
}
