package dev.weft.proxy.pace;

import dev.weft.daemon.listen.Network;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.decide.Peer;
import dev.weft.proxy.http2.flood.TokenBucket;
import java.util.function.LongSupplier;

/**
 * How often requests of each caller are denied: that of an identity, or of a network where a caller has proven none. Safe for use
 * by several threads.
 */
public final class DenialPaces {
    private final RecentCallers<Object, Pace> paces;

    /** What a denied request gets. */
    enum Course {
        /** Its answer and a line in the log. */
        LOGGED,
        /** Its answer. */
        ANSWERED,
        /** The end of its connection or tunnel. */
        ENDED
    }

    /** None has been denied yet. */
    public DenialPaces(LongSupplier nanoTime) {
        paces = new RecentCallers<>(() -> new Pace(nanoTime));
    }

    /** That of this caller, which does not begin again with a new connection. */
    Pace of(Peer peer) {
        SpiffeId identity = peer.identity();
        return paces.of(identity == null ? Network.of(peer.address()) : identity);
    }

    /** The pace of one caller. Safe for use by several threads: a lock is held for a few steps. */
    static final class Pace {
        private final TokenBucket logged;
        private final TokenBucket answered;

        private Pace(LongSupplier nanoTime) {
            this.logged = new TokenBucket(RefusalPace.JUDGED, RefusalPace.JUDGED_PER_SECOND, nanoTime);
            this.answered = new TokenBucket(RefusalPace.REPEATED, RefusalPace.REPEATED_PER_SECOND, nanoTime);
        }

        /** One more is denied. */
        synchronized Course next() {
            if (logged.take()) {
                return Course.LOGGED;
            }
            return answered.take() ? Course.ANSWERED : Course.ENDED;
        }
    }
}
