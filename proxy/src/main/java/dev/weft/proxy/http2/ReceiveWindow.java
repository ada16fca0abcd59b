package dev.weft.proxy.http2;

import org.jspecify.annotations.Nullable;

/**
 * One flow-control window of the receiving side (RFC 9113 section 5.2). It counts the octets that the peer may still
 * send, those that arrived and are not consumed, and those that were consumed and not yet given back as credit.
 *
 * <p>A stream's window gives credit back in steps of half its size. With each step it doubles while the connection
 * holds little, and shrinks while the connection holds much. The connection's window gives credit back as soon as it
 * owes the peer as much as the peer has left. Otherwise data held by stalled streams could keep it from ever reaching
 * half its size.
 */
final class ReceiveWindow {
    private final int limit;
    private final @Nullable Budget budget;
    /** Sum of the octets that the peer may send, those held, and those to be given back. */
    private int size;
    /** Part of the size by which the window has grown. */
    private int grown;
    /** Octets that the peer may still send. */
    private int open;
    /** Octets received and not consumed. */
    private int held;

    private ReceiveWindow(int size, int limit, @Nullable Budget budget) {
        this.size = size;
        this.open = size;
        this.limit = limit;
        this.budget = budget;
    }

    /** Makes the window of a connection, with a constant size. */
    static ReceiveWindow ofConnection(int size) {
        return new ReceiveWindow(size, size, null);
    }

    /**
     * Makes the window of a stream.
     *
     * @param size size that the peer assumes at first, in octets
     * @param limit size to which the window may grow while its octets are consumed
     */
    static ReceiveWindow ofStream(int size, int limit, Budget budget) {
        return new ReceiveWindow(size, Math.max(size, limit), budget);
    }

    /** Counts a frame; false if the peer had no credit for it. */
    boolean receive(int octets) {
        if (octets > open) {
            return false;
        }
        open -= octets;
        held += octets;
        return true;
    }

    /** Counts octets as consumed. Returns the increment to send to the peer now, or 0. */
    int consume(int octets) {
        if (octets > held) {
            throw new IllegalArgumentException("consume: " + octets + " octets (expected: at most " + held
                    + ", as many as were given to the listener)");
        }
        held -= octets;
        int due = due();
        if (due == 0 || due < (budget == null ? open : size / 2)) {
            return 0;
        }
        if (budget != null) {
            resize(budget, due);
        }
        int increment = due();
        open += increment;
        return increment;
    }

    /** Octets consumed and not yet given back. */
    private int due() {
        return size - open - held;
    }

    private void resize(Budget shared, int due) {
        if (shared.crowded()) {
            int less = Math.min(due, grown);
            shared.giveBack(less);
            size -= less;
            grown -= less;
        } else {
            int more = shared.take(Math.min(limit - size, size));
            size += more;
            grown += more;
        }
    }

    int held() {
        return held;
    }

    /** The stream has ended; its share of the growth is free again. */
    void close() {
        if (budget != null) {
            budget.giveBack(grown);
            grown = 0;
        }
    }

    /**
     * What all streams of a connection hold together, and how far their windows may grow beyond their initial size. Credit
     * that was given to a peer cannot be taken back, so the total growth is limited. Then streams that stall, whether grown
     * or not, leave room in the connection's window for the others (RFC 9113 section 5.2.2).
     */
    static final class Budget {
        private final ReceiveWindow connection;
        /** Number of unconsumed octets at which windows shrink instead of growing: an eighth of the connection's window. */
        private final int crowd;
        /** Octets by which all windows may still grow: three eighths of the connection's window at first. */
        private int growth;

        Budget(ReceiveWindow connection, int connectionWindow) {
            this.connection = connection;
            this.crowd = connectionWindow / 8;
            this.growth = (int) (connectionWindow * 3L / 8);
        }

        boolean crowded() {
            return connection.held() >= crowd;
        }

        /** Takes up to this many octets of growth; returns how many were taken. */
        int take(int octets) {
            int taken = Math.min(octets, growth);
            growth -= taken;
            return taken;
        }

        void giveBack(int octets) {
            growth += octets;
        }
    }
}
