package dev.weft.proxy.http2;

import org.jspecify.annotations.Nullable;

/**
 * One flow-control window of the receiving side (RFC 9113 section 5.2): what the peer may still send, what has arrived
 * and is not consumed, and what has been consumed and not yet given back.
 *
 * <p>A stream's window gives credit back in steps of half its size; with each step it doubles while the connection holds
 * little, and shrinks while it holds much. The connection's gives back as soon as what it owes the peer is as much as
 * the peer has left: what streams hold that stall must not keep it from ever reaching half its size.
 */
final class ReceiveWindow {
    private final int limit;
    private final @Nullable ReceiveBudget budget;
    /** Sum of what follows: what the peer may send, what is held, and what is to be given back. */
    private int size;
    /** Part of the size that the window has grown by. */
    private int grown;
    /** What the peer may still send. */
    private int open;
    /** Received and not consumed. */
    private int held;

    private ReceiveWindow(int size, int limit, @Nullable ReceiveBudget budget) {
        this.size = size;
        this.open = size;
        this.limit = limit;
        this.budget = budget;
    }

    /** A connection's, of a constant size. */
    static ReceiveWindow ofConnection(int size) {
        return new ReceiveWindow(size, size, null);
    }

    /**
     * A stream's.
     *
     * @param size what the peer believes at first
     * @param limit what it may grow to while its bytes are consumed
     */
    static ReceiveWindow ofStream(int size, int limit, ReceiveBudget budget) {
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

    /** Counts octets as consumed; the increment to tell the peer now, or 0. */
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

    /** What is consumed and not yet given back. */
    private int due() {
        return size - open - held;
    }

    private void resize(ReceiveBudget shared, int due) {
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
}
