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
    private final ArrayDeque<Credentials> oldestFirst = new ArrayDeque<>();

    RetiredCredentials(EventLoop loop) {
        this.loop = loop;
    }

    void add(Credentials old) {
        oldestFirst.add(old);
        if (oldestFirst.size() > MAX) {
            release(oldestFirst.remove());
        }
        Future<?> _ = loop.schedule(() -> lingered(old), LINGER.toSeconds(), TimeUnit.SECONDS);
    }

    /** Unless it was one too many and has gone already. */
    private void lingered(Credentials old) {
        if (oldestFirst.remove(old)) {
            release(old);
        }
    }

    void releaseAll() {
        oldestFirst.forEach(RetiredCredentials::release);
        oldestFirst.clear();
    }

    /** Connections that still use its contexts keep them until they close. */
    static void release(Credentials old) {
        ReferenceCountUtil.release(old.client());
        ReferenceCountUtil.release(old.server());
    }
}
