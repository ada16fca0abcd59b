package dev.weft.proxy.pace;

import dev.weft.proxy.http2.flood.TokenBucket;
import dev.weft.proxy.session.Refusal;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How often one caller is refused. Judging a session, counting it and logging it costs more than asking for it; so a caller that
 * is refused again and again gets the answer of the last time, without a session and without a line in the log. What it may have
 * is judged as ever. Safe for use by several threads: a lock is held for a few steps.
 */
public final class RefusalPace {
    /** Refusals that are judged and logged, at once and a second. */
    static final int JUDGED = 500;

    static final int JUDGED_PER_SECOND = 100;
    /** Refusals that are repeated, at once and a second; one that wants more loses the tunnel. */
    static final int REPEATED = 40_000;

    static final int REPEATED_PER_SECOND = 20_000;
    /** Destinations that are remembered. */
    static final int MOST_DESTINATIONS = 64;
    /** An answer is repeated for so long: a policy may have changed. */
    static final Duration MEMORY = Duration.ofSeconds(1);
    /** The same of a rate limit, which lets the next connection in soon. */
    static final Duration MEMORY_OF_LIMIT = Duration.ofMillis(50);

    private static final int WAITING_HELPS = 500;
    private static final int TOO_MANY = 429;

    private record Remembered(Refusal refusal, long atNanos) {
        boolean isGood(long now) {
            Duration memory = refusal.status() == TOO_MANY ? MEMORY_OF_LIMIT : MEMORY;
            return now - atNanos <= memory.toNanos();
        }
    }

    private final LongSupplier nanoTime;
    private final TokenBucket judged;
    private final TokenBucket repeated;
    private final Map<InetSocketAddress, Remembered> last = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, Remembered> eldest) {
            return size() > MOST_DESTINATIONS;
        }
    };

    private boolean spent;

    RefusalPace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.judged = new TokenBucket(JUDGED, JUDGED_PER_SECOND, nanoTime);
        this.repeated = new TokenBucket(REPEATED, REPEATED_PER_SECOND, nanoTime);
    }

    /** The answer that is to be repeated, where the caller has been refused too often to be judged again; else null. */
    public synchronized @Nullable Refusal again(InetSocketAddress destination) {
        if (!spent) {
            return null;
        }
        Remembered remembered = last.get(destination);
        return remembered == null || !remembered.isGood(nanoTime.getAsLong()) ? null : remembered.refusal();
    }

    /** Whether one more answer may be repeated; if not, the tunnel is to end. */
    public synchronized boolean mayRepeat() {
        return repeated.take();
    }

    /**
     * A session was judged and refused. Whether the tunnel may go on; not where the caller asks for one thing after another that
     * it may not have. What may be had a moment later, as of an application that restarts, does not count; what a rate limit
     * refuses is paced, and never ends the tunnel.
     */
    public synchronized boolean refused(InetSocketAddress destination, Refusal refusal) {
        if (refusal.status() >= WAITING_HELPS) {
            return true;
        }
        boolean known = last.remove(destination) != null;
        last.put(destination, new Remembered(refusal, nanoTime.getAsLong()));
        spent = !judged.take();
        return !spent || known || refusal.status() == TOO_MANY || mayRepeatForMany();
    }

    /** Each costs as much as many that are repeated. */
    private boolean mayRepeatForMany() {
        for (int i = 0; i < REPEATED / JUDGED; i++) {
            if (!repeated.take()) {
                return false;
            }
        }
        return true;
    }
}
