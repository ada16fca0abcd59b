package dev.weft.proxy.pace;

import dev.weft.daemon.listen.Network;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.decide.Peer;
import dev.weft.proxy.http2.flood.TokenBucket;
import java.util.function.LongSupplier;

/**
 * The rates at which requests of each caller are denied. The caller is an identity, or a network if the caller has
 * proven no identity. Safe for use by several threads.
 */
public final class DenialPaces {
    private final RecentCallers<Object, Pace> paces;

    /** What happens to a denied request. */
    enum Course {
        /** The caller gets the answer, and the denial is logged. */
        LOGGED,
        /** The caller gets the answer; nothing is logged. */
        ANSWERED,
        /** The caller's connection or tunnel ends. */
        ENDED
    }

    /** No request has been denied yet. */
    public DenialPaces(LongSupplier nanoTime) {
        paces = new RecentCallers<>(() -> new Pace(nanoTime));
    }

    /** Returns the pace of this caller. It stays the same when the caller makes a new connection. */
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

        /** Counts one more denied request, and returns what happens to it. */
        synchronized Course next() {
            if (logged.take()) {
                return Course.LOGGED;
            }
            return answered.take() ? Course.ANSWERED : Course.ENDED;
        }
    }
}
