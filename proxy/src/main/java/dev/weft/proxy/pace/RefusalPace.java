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
 * The rate at which one caller's sessions are refused. To judge, count and log a session costs more than to ask for it.
 * So a caller that is refused again and again gets the previous answer, without a session and without a line in the
 * log. A session that policy allows is judged as always. Safe for use by several threads: a lock is held for a few
 * steps.
 */
public final class RefusalPace {
    /** Refusals that are judged and logged: size of the burst, and rate a second. */
    static final int JUDGED = 500;

    static final int JUDGED_PER_SECOND = 100;
    /** Refusals that are repeated: size of the burst, and rate a second. A caller that exceeds it loses the tunnel. */
    static final int REPEATED = 40_000;

    static final int REPEATED_PER_SECOND = 20_000;
    /** Number of destinations that are remembered. */
    static final int MOST_DESTINATIONS = 64;
    /** How long an answer is repeated: a policy may have changed since. */
    static final Duration MEMORY = Duration.ofSeconds(1);
    /** How long the answer of a rate limit is repeated: the limit soon lets the next connection in. */
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

    /** Nothing has been refused yet. */
    public RefusalPace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.judged = new TokenBucket(JUDGED, JUDGED_PER_SECOND, nanoTime);
        this.repeated = new TokenBucket(REPEATED, REPEATED_PER_SECOND, nanoTime);
    }

    /** Returns the answer to repeat if the caller has been refused too often to be judged again; else null. */
    public synchronized @Nullable Refusal again(InetSocketAddress destination) {
        if (!spent) {
            return null;
        }
        Remembered remembered = last.get(destination);
        return remembered == null || !remembered.isGood(nanoTime.getAsLong()) ? null : remembered.refusal();
    }

    /** Whether one more answer may be repeated; if not, the tunnel must end. */
    public synchronized boolean mayRepeat() {
        return repeated.take();
    }

    /**
     * Counts a session that was judged and refused. Returns whether the tunnel may go on: it may not if the caller asks
     * for one forbidden destination after another. A refusal that may be over a moment later, as of an application that
     * restarts, does not count. A refusal by a rate limit is paced, and never ends the tunnel.
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

    /** A judged refusal costs as much as many repeated ones. */
    private boolean mayRepeatForMany() {
        for (int i = 0; i < REPEATED / JUDGED; i++) {
            if (!repeated.take()) {
                return false;
            }
        }
        return true;
    }
}
