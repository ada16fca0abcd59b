package dev.weft.bench.storm;

import dev.weft.bench.measure.Quantiles;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/** Counts what happens to the sidecars of a storm. Safe for use by several threads. */
final class StormCount {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int GIST = 60;

    private final CountDownLatch certificates;
    private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
    private volatile long began;

    StormCount(int sidecars) {
        certificates = new CountDownLatch(sidecars);
    }

    void begin() {
        began = System.nanoTime();
    }

    void certified() {
        nanos.add(System.nanoTime() - began);
        certificates.countDown();
    }

    void failed(String reason) {
        String gist = reason.replaceAll("[0-9]+(\\.[0-9]+)*(:[0-9]+)?", "#");
        failures.computeIfAbsent(gist.substring(0, Math.min(GIST, gist.length())), _ -> new LongAdder())
                .increment();
    }

    /** Returns how many sidecars have no certificate yet. */
    long without() {
        return certificates.getCount();
    }

    double secondsSinceBegin() {
        return (System.nanoTime() - began) / NANOS_PER_SECOND;
    }

    /**
     * Returns the waiting time in seconds that a share of the sidecars with a certificate did not exceed.
     *
     * @param part the share, 0 to 1
     */
    double seconds(double part) {
        return Quantiles.of(nanos, part) / NANOS_PER_SECOND;
    }

    Map<String, Long> failures() {
        Map<String, Long> counted = new TreeMap<>();
        failures.forEach((reason, adder) -> counted.put(reason, adder.sum()));
        return counted;
    }
}
