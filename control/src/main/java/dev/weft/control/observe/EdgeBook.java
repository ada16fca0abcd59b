package dev.weft.control.observe;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeWindow;
import dev.weft.api.v1.Traffic;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The edges (who calls whom) that the proxies last reported, and how fast they rise. A proxy's report is kept for an
 * hour after its last one, so that a workload that has gone is still visible. Memory is bounded, whatever proxies
 * report. Safe for use by several threads.
 */
public final class EdgeBook {

    /** Most edges of one proxy; of further edges only their number is kept. */
    static final int MAX_PER_PROXY = 512;

    /** Most edges of all proxies that are counted as refused; each takes some octets of memory. */
    static final int MAX_REFUSED = 64 * 1024;

    /** Most octets of the edges of one proxy. */
    static final int MAX_OCTETS_PER_PROXY = 1024 * 1024;

    /** Most octets of the edges of all proxies. */
    static final int MAX_OCTETS = 64 * 1024 * 1024;

    /** Most octets of former sums of one proxy's edges; beyond this, rates cover a shorter time. */
    static final int MAX_FORMER_PER_PROXY = 2 * 1024 * 1024;

    /** Most octets of former sums of all edges. */
    static final int MAX_FORMER = 48 * 1024 * 1024;

    /** How long a proxy's report is kept after its last one. */
    static final Duration KEPT = Duration.ofHours(1);

    /** Shortest time between two searches for old reports, because a search reads all proxies. */
    private static final Duration BETWEEN_DROPS = Duration.ofSeconds(1);

    private final Clock clock;

    @GuardedBy("this")
    private final Map<String, ReportedEdges> byWorkload = new HashMap<>();

    @GuardedBy("this")
    private int octets;

    @GuardedBy("this")
    private int former;

    @GuardedBy("this")
    private int refused;

    @GuardedBy("this")
    private Instant dropped = Instant.MIN;

    public EdgeBook(Clock clock) {
        this.clock = clock;
    }

    /**
     * The counters of the proxy of one workload.
     *
     * @param workload {@code namespace/name}
     * @param identity the workload's SPIFFE ID
     * @param since when the proxy began to count
     * @param reportedAt time of its last report
     */
    public record ProxyEdges(
            String workload, String identity, Instant since, Instant reportedAt, List<CountedEdge> edges) {
        public ProxyEdges {
            edges = List.copyOf(edges);
        }
    }

    /**
     * An edge with its counters.
     *
     * @param window what was counted within the requested time; empty if no time was requested, or if it is unknown
     */
    public record CountedEdge(Edge edge, Optional<EdgeWindow> window) {}

    /**
     * Takes a proxy's report. Its sums replace those it reported for the same edge before; if the proxy has begun to
     * count again, they replace its whole former report.
     *
     * @param workload {@code namespace/name}
     * @param identity the workload's SPIFFE ID
     * @throws IllegalArgumentException if a field is out of range; nothing is kept then
     */
    public void report(String workload, String identity, Traffic traffic) {
        EdgeCheck.check(traffic);
        synchronized (this) {
            Instant now = clock.instant();
            if (Duration.between(dropped, now).abs().compareTo(BETWEEN_DROPS) >= 0) {
                dropOld(now);
            }
            ReportedEdges reported = byWorkload.get(workload);
            if (reported == null || reported.since != traffic.getSince() || !reported.identity.equals(identity)) {
                drop(workload);
                reported = new ReportedEdges(identity, traffic.getSince());
                byWorkload.put(workload, reported);
            }
            Instant emptySince = reported.begin(traffic, now);
            for (Edge edge : traffic.getEdgesList()) {
                take(reported, EdgeCheck.printable(edge), now, emptySince);
            }
        }
    }

    /** @param emptySince what {@link ReportedEdges#begin} returned */
    @GuardedBy("this")
    private void take(ReportedEdges reported, Edge edge, Instant now, @Nullable Instant emptySince) {
        ReportedEdges.Key key = ReportedEdges.Key.of(edge);
        EdgeHistory history = reported.edges.get(key);
        int growth = EdgeWeight.of(edge) - (history == null ? 0 : EdgeWeight.of(history.latest()));
        if ((history == null && reported.edges.size() >= MAX_PER_PROXY)
                || reported.octets + growth > MAX_OCTETS_PER_PROXY
                || octets + growth > MAX_OCTETS) {
            forget(reported, key, history);
            refused += reported.refuse(key, MAX_REFUSED - refused);
            return;
        }
        refused -= reported.accept(key);
        keep(reported, growth, 0);
        if (history == null) {
            history = new EdgeHistory(edge, now, emptySince);
            reported.edges.put(key, history);
            keep(reported, 0, history.weight());
        } else {
            int before = history.weight();
            if (emptySince == null) {
                history.addAfterSilence(edge, now);
            } else {
                history.add(edge, now);
            }
            keep(reported, 0, history.weight() - before);
        }
        bound(reported, history);
    }

    @GuardedBy("this")
    private void keep(ReportedEdges reported, int moreOctets, int moreFormer) {
        reported.octets += moreOctets;
        octets += moreOctets;
        reported.former += moreFormer;
        former += moreFormer;
    }

    /** Removes an edge that no longer fits, so that it is not shown with outdated sums. */
    @GuardedBy("this")
    private void forget(ReportedEdges reported, ReportedEdges.Key key, @Nullable EdgeHistory history) {
        if (history != null) {
            reported.edges.remove(key);
            keep(reported, -EdgeWeight.of(history.latest()), -history.weight());
        }
    }

    @GuardedBy("this")
    private void bound(ReportedEdges reported, EdgeHistory history) {
        while (history.size() > 0 && (reported.former > MAX_FORMER_PER_PROXY || former > MAX_FORMER)) {
            int before = history.weight();
            history.dropOldest();
            keep(reported, 0, history.weight() - before);
        }
    }

    @GuardedBy("this")
    private void dropOld(Instant now) {
        dropped = now;
        Instant oldest = now.minus(KEPT);
        List<String> old = byWorkload.entrySet().stream()
                .filter(reported -> reported.getValue().at.isBefore(oldest))
                .map(Map.Entry::getKey)
                .toList();
        old.forEach(this::drop);
    }

    @GuardedBy("this")
    private void drop(String workload) {
        ReportedEdges reported = byWorkload.remove(workload);
        if (reported != null) {
            keep(reported, -reported.octets, -reported.former);
            refused -= reported.refused();
        }
    }

    /**
     * Returns the counters of all proxies, by workload.
     *
     * @param window time over which differences are computed, at most {@link EdgeHistory#LONGEST}; zero for none
     */
    public synchronized List<ProxyEdges> all(Duration window) {
        Instant now = clock.instant();
        dropOld(now);
        List<ProxyEdges> all = new ArrayList<>();
        new TreeMap<>(byWorkload)
                .forEach((workload, reported) -> all.add(new ProxyEdges(
                        workload,
                        reported.identity,
                        Instant.ofEpochSecond(reported.since),
                        reported.at,
                        reported.edges.values().stream()
                                .map(history -> counted(history, now, window))
                                .toList())));
        return all;
    }

    private static CountedEdge counted(EdgeHistory history, Instant now, Duration window) {
        return new CountedEdge(history.latest(), window.isZero() ? Optional.empty() : history.counted(now, window));
    }

    /** For tests: computes again the octets of everything kept, of the edges and of their former sums. */
    synchronized Weights weights() {
        int edges = 0;
        int sums = 0;
        for (ReportedEdges reported : byWorkload.values()) {
            for (EdgeHistory history : reported.edges.values()) {
                edges += EdgeWeight.of(history.latest());
                sums += history.weight();
            }
        }
        return new Weights(edges, sums, octets, former);
    }

    /**
     * The octets kept, for tests.
     *
     * @param edges octets of the edges, computed again
     * @param former octets of the former sums, computed again
     * @param keptEdges octets of the edges by the running account
     * @param keptFormer octets of the former sums by the running account
     */
    record Weights(int edges, int former, int keptEdges, int keptFormer) {}

    /**
     * Returns how many edges are unknown, because the proxies or this book have no room for them. This book counts at
     * most {@link #MAX_PER_PROXY} of them for one proxy, and {@link #MAX_REFUSED} in all.
     */
    public synchronized long forgotten() {
        return refused
                + byWorkload.values().stream()
                        .mapToLong(reported -> reported.forgotten)
                        .sum();
    }
}
