package dev.weft.cli.observe;

import dev.weft.api.v1.EdgeWindow;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.api.v1.RequestSums;
import dev.weft.daemon.metrics.LatencyBuckets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Rates of one edge, or of several together, within a window of time.
 *
 * @param windowSeconds length of the window; null where nothing is known, and then all rates are null
 * @param judged whether requests were judged one by one: only then the numbers of requests have a meaning
 * @param requestsPerSecond requests that policy allowed or refused
 * @param refusedPerSecond connections and requests that were refused
 * @param success share of the allowed requests that did not fail, from 0 to 1; null where none was allowed
 * @param p50Millis median latency of the allowed requests, in milliseconds; null where none was allowed
 */
public record Rates(
        @Nullable Double windowSeconds,
        boolean judged,
        List<String> protocols,
        @Nullable Double connectionsPerSecond,
        @Nullable Double bytesPerSecond,
        @Nullable Double requestsPerSecond,
        @Nullable Double refusedPerSecond,
        @Nullable Double success,
        @Nullable Double p50Millis,
        @Nullable Double p95Millis,
        @Nullable Double p99Millis) {

    private static final double MILLIS = 1000;
    private static final double NANOS_PER_MILLI = 1_000_000;
    private static final double P50 = 0.5;
    private static final double P95 = 0.95;
    private static final double P99 = 0.99;

    /** Returns the rates of one edge. */
    public static Rates of(ObservedEdge edge) {
        return of(List.of(edge));
    }

    /** Returns the rates of several edges together. Edges of which nothing is known do not count. */
    public static Rates of(List<ObservedEdge> edges) {
        Sum sum = new Sum();
        TreeSet<String> protocols = new TreeSet<>();
        for (ObservedEdge edge : edges) {
            edge.getEdge().getRequestsList().forEach(sums -> protocols.add(sums.getProtocol()));
            if (edge.hasWindow()) {
                sum.add(edge.getWindow());
            }
        }
        return sum.rates(List.copyOf(protocols));
    }

    private static final class Sum {
        private boolean known;
        private double seconds;
        private double connections;
        private double bytes;
        private double requests;
        private double refused;
        private long allowed;
        private long failed;
        private final List<Long> latency = new ArrayList<>();

        /** Adds rates, not counts, because edges may be known for different lengths of time. */
        void add(EdgeWindow window) {
            double length = window.getMillis() / MILLIS;
            known = true;
            seconds = Math.max(seconds, length);
            connections += window.getAdmitted() / length;
            bytes += (window.getBytesIn() + window.getBytesOut()) / length;
            refused += window.getRefused() / length;
            for (RequestSums sums : window.getRequestsList()) {
                long passed = sums.getByClassList().stream()
                        .mapToLong(Long::longValue)
                        .sum();
                requests += (passed + sums.getRefused()) / length;
                refused += sums.getRefused() / length;
                allowed += passed;
                failed += sums.getFailed();
                for (int i = 0; i < sums.getLatencyCount(); i++) {
                    if (i == latency.size()) {
                        latency.add(0L);
                    }
                    latency.set(i, latency.get(i) + sums.getLatency(i));
                }
            }
        }

        Rates rates(List<String> protocols) {
            boolean judged = !protocols.isEmpty();
            return new Rates(
                    known ? seconds : null,
                    judged,
                    protocols,
                    known ? connections : null,
                    known ? bytes : null,
                    known && judged ? requests : null,
                    known ? refused : null,
                    allowed == 0 ? null : (double) (allowed - failed) / allowed,
                    quantile(P50),
                    quantile(P95),
                    quantile(P99));
        }

        private @Nullable Double quantile(double share) {
            return allowed == 0 ? null : LatencyBuckets.quantile(latency, share).toNanos() / NANOS_PER_MILLI;
        }
    }
}
