package dev.weft.proxy.carry;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Connections that should be ended in order, because a new one would be carried in a better way. They are asked to end
 * one after the other, so that their applications do not all connect again in one moment. Belongs to one event loop.
 */
public final class Reconnects {
    /** Longest time until the first one is asked. It is random, so that many callers do not begin together. */
    public static final Duration SPREAD = Duration.ofSeconds(5);
    /** Time between two of them: 50 a second are far fewer than the frames that a tunnel's peer accepts. */
    static final Duration STEP = Duration.ofMillis(20);

    private final EventLoop loop;
    private final long spreadMillis;
    private final Set<Runnable> waiting = new LinkedHashSet<>();
    private boolean timed;

    /** @param spread longest time until the first one is asked, see {@link #SPREAD} */
    public Reconnects(EventLoop loop, Duration spread) {
        this.loop = loop;
        this.spreadMillis = spread.toMillis();
    }

    /** Runs a connection's task when its turn has come; it has one turn however often it is added before. */
    public void add(Runnable connection) {
        if (waiting.add(connection) && !timed) {
            timed = true;
            next(ThreadLocalRandom.current().nextLong(spreadMillis + 1));
        }
    }

    /** Forgets a connection that has ended. */
    public void remove(Runnable connection) {
        waiting.remove(connection);
    }

    private void next(long millis) {
        var _ = loop.schedule(this::turn, millis, TimeUnit.MILLISECONDS);
    }

    private void turn() {
        Iterator<Runnable> first = waiting.iterator();
        if (!first.hasNext()) {
            timed = false;
            return;
        }
        Runnable connection = first.next();
        first.remove();
        next(STEP.toMillis());
        connection.run();
    }
}
