package dev.weft.daemon.admin;

import dev.weft.daemon.listen.UnauthenticatedConnections;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Limits the number of large pages at a time. Several pages that are being created, or that wait to be read, need the
 * memory of several.
 *
 * @param making lock that is held while a page is created
 * @param mayHave whether a connection may get a large page
 */
record LargePages(Lock making, Predicate<Channel> mayHave) {
    /**
     * Most connections that wait for a page or have not read it, in total and of one network, and how long a connection
     * keeps its place.
     */
    static final UnauthenticatedConnections.Limits UNREAD =
            new UnauthenticatedConnections.Limits(16, 8, Duration.ofSeconds(1));

    /** Creates the limit for callers without a limit on unread pages. */
    LargePages() {
        this(new ReentrantLock(), _ -> true);
    }

    /**
     * Returns the limit for callers of the TCP address, with the same lock.
     *
     * @param refused receives the limit for each connection that is closed because of it
     */
    LargePages forAnyone(Consumer<String> refused) {
        return new LargePages(making, new UnauthenticatedConnections(UNREAD, System::nanoTime, refused)::admit);
    }
}
