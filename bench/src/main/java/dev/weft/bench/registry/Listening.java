package dev.weft.bench.registry;

import dev.weft.api.v1.Resource;
import dev.weft.api.v1.WatchResponse;
import dev.weft.bench.measure.Quantiles;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Records the responses to sidecars. It tracks expected changes, and counts all other responses as unexpected. Safe for
 * several threads.
 */
final class Listening {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    /** An expected change: the time of the change, and the sidecars that have not received it yet. */
    private record Awaited(long since, Set<Integer> without) {}

    private final Map<String, Awaited> awaited = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final LongAdder responses = new LongAdder();
    private final LongAdder octets = new LongAdder();
    private final AtomicInteger unconcerned = new AtomicInteger();

    void told(int sidecar, WatchResponse response) {
        responses.increment();
        octets.add(response.getSerializedSize());
        boolean concerned = false;
        for (Resource resource : response.getResourcesList()) {
            Awaited change = awaited.get(resource.getName());
            if (change != null && change.without().remove(sidecar)) {
                nanos.add(System.nanoTime() - change.since());
                concerned = true;
            }
        }
        if (!concerned) {
            unconcerned.incrementAndGet();
        }
    }

    /** Forgets everything that was recorded. */
    void begin() {
        awaited.clear();
        nanos.clear();
        responses.reset();
        octets.reset();
        unconcerned.set(0);
    }

    /** From now on, expects that these sidecars receive this resource. */
    void expect(String name, Set<Integer> sidecars) {
        Set<Integer> without = ConcurrentHashMap.newKeySet();
        without.addAll(sidecars);
        awaited.put(name, new Awaited(System.nanoTime(), without));
    }

    /**
     * Waits until all sidecars have received the expected changes. Returns whether that happened within this many
     * seconds.
     */
    boolean await(int seconds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (missing() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return missing() == 0;
    }

    int missing() {
        return awaited.values().stream()
                .mapToInt(change -> change.without().size())
                .sum();
    }

    long responses() {
        return responses.sum();
    }

    long octets() {
        return octets.sum();
    }

    int unconcerned() {
        return unconcerned.get();
    }

    /**
     * Returns the time in milliseconds from a change to a sidecar that a share of the responses did not exceed.
     *
     * @param part the share, 0 to 1
     */
    double millis(double part) {
        return Quantiles.of(nanos, part) / NANOS_PER_MILLI;
    }

    @Override
    public String toString() {
        return "missing " + missing() + " of " + awaited.keySet();
    }
}
