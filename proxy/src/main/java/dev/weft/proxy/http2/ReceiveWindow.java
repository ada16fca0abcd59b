package dev.weft.proxy.http2;

/**
 * One flow-control window of the receiving side (RFC 9113 section 5.2): what the peer may still send, and what has been
 * consumed and not yet given back. Credit is given back in steps of half the window.
 */
final class ReceiveWindow {
    private final int limit;
    private int target;
    /** What the peer may still send. */
    private int open;
    /** Received and not consumed. */
    private int held;
    /** Consumed and not yet told to the peer. */
    private int consumed;

    /**
     * @param open what the peer believes at first
     * @param target the window's size
     * @param limit what the target may grow to while its bytes are consumed
     */
    ReceiveWindow(int open, int target, int limit) {
        this.open = open;
        this.target = target;
        this.limit = limit;
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
        consumed += octets;
        if (consumed < target / 2 || consumed == 0) {
            return 0;
        }
        int grown = (int) Math.min(limit, 2L * target);
        int increment = consumed + (grown - target);
        target = grown;
        open += increment;
        consumed = 0;
        return increment;
    }

    int held() {
        return held;
    }
}
