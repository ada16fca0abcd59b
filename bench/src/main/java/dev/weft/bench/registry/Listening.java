package dev.weft.bench.registry;

import dev.weft.api.v1.Resource;
import dev.weft.api.v1.WatchResponse;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** What the sidecars hear: of the changes that are under way, and of nothing else, or it is counted. Safe for several threads. */
final class Listening {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    /** A change that is under way: since when, and how many sidecars have not heard of it. */
    private record Awaited(long since, Set<Integer> without) {}

    private final Map<String, Awaited> awaited = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final LongAdder responses = new LongAdder();
    private final LongAdder octets = new LongAdder();
    private final AtomicInteger unconcerned = new AtomicInteger();

    /** A sidecar is told something. */
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

    /** Forgets what was heard so far. */
    void begin() {
        awaited.clear();
        nanos.clear();
        responses.reset();
        octets.reset();
        unconcerned.set(0);
    }

    /** From now on these sidecars ought to hear of this resource. */
    void expect(String name, Set<Integer> sidecars) {
        Set<Integer> without = ConcurrentHashMap.newKeySet();
        without.addAll(sidecars);
        awaited.put(name, new Awaited(System.nanoTime(), without));
    }

    /** Waits until all have heard; whether they did within so many seconds. */
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

    /** From the change to the sidecar, of this part of all, 0 to 1, not longer than this. */
    double millis(double part) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted.length == 0
                ? Double.NaN
                : sorted[Math.clamp((long) Math.ceil(part * sorted.length) - 1, 0, sorted.length - 1)]
                        / NANOS_PER_MILLI;
    }

    @Override
    public String toString() {
        return "missing " + missing() + " of "
                + Arrays.toString(awaited.keySet().toArray());
    }
}
