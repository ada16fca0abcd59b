package dev.weft.proxy.session;

/** Tells from the bytes that a session moves whether it is a bulk transfer. Belongs to one event loop. */
final class BulkTransfer {
    /** A session is a bulk transfer if it moves this many bytes, in and out, within {@link #WITHIN_NANOS}. */
    private static final int BYTES = 1 << 20;

    private static final long WITHIN_NANOS = 1_000_000_000;
    /** How long a session stays a bulk transfer after it last moved that much. */
    private static final long LASTS_NANOS = 2 * WITHIN_NANOS;

    private int stretch;
    private long stretchBegan;
    private long until;

    BulkTransfer(long now) {
        stretchBegan = now;
        until = now;
    }

    /** Counts bytes; returns whether the session has become a bulk transfer by them. */
    boolean moved(int bytes) {
        stretch += bytes;
        return stretch >= BYTES && stretched(System.nanoTime());
    }

    /** Checks the speed. The clock is read once for each {@link #BYTES}, not for each read. */
    private boolean stretched(long now) {
        boolean fast = now - stretchBegan <= WITHIN_NANOS;
        boolean began = fast && !isOne(now);
        stretch = 0;
        stretchBegan = now;
        if (fast) {
            until = now + LASTS_NANOS;
        }
        return began;
    }

    /** Whether the session is a bulk transfer at this time of {@link System#nanoTime}. */
    boolean isOne(long now) {
        return until - now > 0;
    }
}
