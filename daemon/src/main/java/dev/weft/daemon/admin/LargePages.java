package dev.weft.daemon.admin;

import dev.weft.daemon.listen.Newcomers;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * How many large pages there are at a time. Several that are made at once, or that wait to be read, need the memory of several.
 *
 * @param making held while one is made
 * @param mayHave whether a connection may be given one
 */
record LargePages(Lock making, Predicate<Channel> mayHave) {
    /** Connections that wait for one or have not read it, those of one network, and how long one keeps its place. */
    static final Newcomers.Limits UNREAD = new Newcomers.Limits(16, 8, Duration.ofSeconds(1));

    /** For those who may have as many as they want. */
    LargePages() {
        this(new ReentrantLock(), _ -> true);
    }

    /**
     * The same pages where anyone asks.
     *
     * @param refused hears the limit for each connection that is closed for it
     */
    LargePages forAnyone(Consumer<String> refused) {
        return new LargePages(making, new Newcomers(UNREAD, System::nanoTime, refused)::admit);
    }
}
