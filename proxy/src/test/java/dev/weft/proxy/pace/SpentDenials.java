package dev.weft.proxy.pace;

import dev.weft.policy.decide.Peer;
import dev.weft.proxy.sidecar.Sidecar;

/** Has as many requests of a caller denied, all the time, as are answered at the most: one more is too many. */
public final class SpentDenials implements AutoCloseable {
    private volatile boolean over;

    /** At this sidecar, until it is closed. */
    public SpentDenials(Sidecar sidecar, Peer peer) {
        DenialPaces.Pace pace = sidecar.requests().denialPaces().of(peer);
        spend(pace);
        var _ = Thread.ofPlatform().daemon().start(() -> {
            while (!over) {
                spend(pace);
            }
        });
    }

    private static void spend(DenialPaces.Pace pace) {
        DenialPaces.Course course = pace.next();
        while (course != DenialPaces.Course.ENDED) {
            course = pace.next();
        }
    }

    @Override
    public void close() {
        over = true; // it ends by itself
    }
}
