package dev.weft.proxy.http2;

/**
 * The streams that this side reset last. Frames that the peer sent before it saw the reset are ignored (RFC 9113
 * section 5.1).
 */
final class RecentResets {
    /** A power of two. Older resets are forgotten, and late frames for them are answered with STREAM_CLOSED. */
    private static final int SIZE = 64;

    private final int[] ids = new int[SIZE];
    private int next;

    void add(int streamId) {
        ids[next++ & (SIZE - 1)] = streamId;
    }

    boolean contains(int streamId) {
        for (int id : ids) {
            if (id == streamId) {
                return true;
            }
        }
        return false;
    }
}
