package dev.weft.proxy.identity;

import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Credentials that newer ones have replaced. Their TLS contexts, which are outside the Java heap, live on until no handshake
 * can be on its way to use them. Belongs to its event loop.
 */
final class RetiredCredentials {
    /** Longer than any handshake may take. */
    private static final Duration LINGER = Duration.ofSeconds(60);
    /** At a time: where lives are of seconds, more would pile up meanwhile. */
    static final int MAX = 8;

    private final EventLoop loop;
    private final ArrayDeque<Retired> oldestFirst = new ArrayDeque<>();

    /** The end is cancelled with an early release: a timer that waits in vain would hold what it is for. */
    private record Retired(Credentials credentials, Future<?> end) {}

    RetiredCredentials(EventLoop loop) {
        this.loop = loop;
    }

    void add(Credentials old) {
        oldestFirst.add(new Retired(old, loop.schedule(this::releaseOldest, LINGER.toSeconds(), TimeUnit.SECONDS)));
        if (oldestFirst.size() > MAX) {
            oldestFirst.element().end().cancel(false);
            releaseOldest();
        }
    }

    private void releaseOldest() {
        release(oldestFirst.remove().credentials());
    }

    void releaseAll() {
        while (!oldestFirst.isEmpty()) {
            oldestFirst.element().end().cancel(false);
            releaseOldest();
        }
    }

    /** Connections that still use its contexts keep them until they close. */
    static void release(Credentials old) {
        ReferenceCountUtil.release(old.client());
        ReferenceCountUtil.release(old.server());
    }
}
