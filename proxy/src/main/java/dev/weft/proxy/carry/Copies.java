package dev.weft.proxy.carry;

/** How many copies of requests are open on one event loop. What mirrors cost is bounded by it. Belongs to one event loop. */
public final class Copies {
    /** Copies at a time; a request beyond it is not copied. */
    public static final int MOST = 256;

    private int open;

    /** Whether one more may be made; if so, it counts until {@link #ended}. */
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
