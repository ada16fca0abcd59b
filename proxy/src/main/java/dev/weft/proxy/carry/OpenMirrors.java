package dev.weft.proxy.carry;

/**
 * Limits how many mirrored requests are open on one event loop, and so the cost of mirrors. Belongs to one event loop.
 */
public final class OpenMirrors {
    /** The most that are open; a request beyond the limit is not mirrored. */
    public static final int MOST = 256;

    private int open;

    /** Whether one more request may be mirrored; if so, it counts until {@link #ended}. */
    boolean begin() {
        if (open >= MOST) {
            return false;
        }
        open++;
        return true;
    }

    void ended() {
        assert open > 0 : "one more ended than began";
        open--;
    }
}
