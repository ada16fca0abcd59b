package dev.weft.proxy.http2;

/**
 * What all streams of a connection hold together, and how far their windows may grow beyond their initial size. Credit
 * that was given to a peer cannot be taken back, so the total growth is limited. Then streams that stall, whether grown
 * or not, leave room in the connection's window for the others (RFC 9113 section 5.2.2).
 */
final class ReceiveBudget {
    private final ReceiveWindow connection;
    /** Number of unconsumed octets at which windows shrink instead of growing: an eighth of the connection's window. */
    private final int crowd;
    /** Octets by which all windows may still grow: three eighths of the connection's window at first. */
    private int growth;

    ReceiveBudget(ReceiveWindow connection, int connectionWindow) {
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
