package dev.weft.proxy.identity;

import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Credentials that newer ones have replaced. Their TLS contexts, which are outside the Java heap, are kept until no
 * handshake can still be about to use them. Belongs to its event loop.
 */
final class RetiredCredentials {
    /** How long they are kept: longer than any handshake may take. */
    private static final Duration LINGER = Duration.ofSeconds(60);
    /** Most credentials kept: with certificate lives of seconds, more would pile up. */
    static final int MAX = 8;

    private final EventLoop loop;
    private final ArrayDeque<Retired> oldestFirst = new ArrayDeque<>();

    /**
     * {@code end} is cancelled on an early release: otherwise the waiting timer would keep the credentials in memory.
     */
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

    /** Releases the contexts. Connections that still use them keep them until they close. */
    static void release(Credentials old) {
        ReferenceCountUtil.release(old.client());
        ReferenceCountUtil.release(old.server());
    }
}
