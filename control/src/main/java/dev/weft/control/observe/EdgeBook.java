package dev.weft.control.observe;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
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
 * Who calls whom, as the proxies have told it last, and how fast that rises. What a proxy tells is kept for an hour after it was
 * told last, so that a workload that has gone is still seen. Bounded, whatever proxies tell. Safe for use by several threads.
 */
public final class EdgeBook {

    /** Most edges of one proxy; what it tells beyond them is counted and not kept. */
    static final int MAX_PER_PROXY = 512;

    /** Most octets that the edges of one proxy take. */
    static final int MAX_OCTETS_PER_PROXY = 1024 * 1024;

    /** Most octets that the edges of all proxies take. */
    static final int MAX_OCTETS = 64 * 1024 * 1024;

    /** Most octets that the former sums of one proxy's edges take; beyond them rates are told of a shorter time. */
    static final int MAX_FORMER_PER_PROXY = 2 * 1024 * 1024;

    /** Most octets that the former sums of all edges take. */
    static final int MAX_FORMER = 48 * 1024 * 1024;

    /** A proxy that tells everything again within this time was not told of by another replica meanwhile, to speak of. */
    private static final Duration SHORT_SILENCE = Duration.ofSeconds(15);

    /** So long after it was told last, what a proxy told is forgotten. */
    static final Duration KEPT = Duration.ofHours(1);

    /** What is forgotten is looked for at a report at most this often: that reads all proxies. */
    private static final Duration BETWEEN_DROPS = Duration.ofSeconds(1);

    /** Over a shorter time no rate is told. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final Clock clock;
    private final Map<String, Told> byWorkload = new HashMap<>(); // guarded by this
    private int octets; // guarded by this
    private int former; // guarded by this
    private long forgotten; // guarded by this
    private Instant dropped = Instant.MIN; // guarded by this

    public EdgeBook(Clock clock) {
        this.clock = clock;
    }

    private record Key(EdgeDirection direction, Object peer, int port) {
        static Key of(Edge edge) {
            return new Key(
                    edge.getDirection(), edge.hasAddress() ? edge.getAddress() : edge.getSpiffeId(), edge.getPort());
        }
    }

    private static final class Told {
        private final String identity;
        private final long since;
        private final Map<Key, EdgeHistory> edges = new HashMap<>();
        private int octets;
        private int former;
        private long forgotten;
        private Instant at = Instant.MIN;

        /** When the proxy had not counted what it tells of now for the first time; null if that is not known. */
        private @Nullable Instant nothingAt(Instant now) {
            Instant began = Instant.ofEpochSecond(since);
            if (at.equals(Instant.MIN)) {
                return Duration.between(began, now).abs().compareTo(SHORT_SILENCE) <= 0 ? began : null;
            }
            return at;
        }

        Told(String identity, long since) {
            this.identity = identity;
            this.since = since;
        }
    }

    /**
     * What the proxy of one workload counts.
     *
     * @param workload {@code namespace/name}
     * @param identity what the workload proves, a SPIFFE ID
     * @param since when the proxy began to count
     * @param told when it told anything last
     */
    public record ProxyEdges(String workload, String identity, Instant since, Instant told, List<CountedEdge> edges) {
        public ProxyEdges {
            edges = List.copyOf(edges);
        }
    }

    /**
     * An edge.
     *
     * @param window what it has counted within the length of time that was asked for; empty if none was, or if it is not known
     */
    public record CountedEdge(Edge edge, Optional<EdgeWindow> window) {}

    /**
     * A proxy has told what it counts. Sums take the place of what it told of the same edge before; if it has begun to count
     * again, of all that it told before.
     *
     * @param workload {@code namespace/name}
     * @param identity what the workload proves
     * @throws IllegalArgumentException if a field is out of its range; nothing is kept then
     */
    public void told(String workload, String identity, Traffic traffic) {
        EdgeCheck.check(traffic);
        synchronized (this) {
            Instant now = clock.instant();
            if (Duration.between(dropped, now).abs().compareTo(BETWEEN_DROPS) >= 0) {
                dropOld(now);
            }
            Told told = byWorkload.get(workload);
            if (told == null || told.since != traffic.getSince() || !told.identity.equals(identity)) {
                drop(workload);
                told = new Told(identity, traffic.getSince());
                byWorkload.put(workload, told);
            }
            Instant nothingAt = told.nothingAt(now);
            boolean afterSilence =
                    traffic.getFirst() && nothingAt != null && nothingAt.isBefore(now.minus(SHORT_SILENCE));
            told.at = now;
            told.forgotten = Math.max(0, traffic.getForgotten());
            for (Edge edge : traffic.getEdgesList()) {
                take(told, EdgeCheck.printable(edge), now, afterSilence ? null : nothingAt);
            }
        }
    }

    /** @param nothingAt when it had told everything before; null if it may have told some to another replica since */
    private void take(Told told, Edge edge, Instant now, @Nullable Instant nothingAt) {
        Key key = Key.of(edge);
        EdgeHistory history = told.edges.get(key);
        int growth = EdgeWeight.of(edge) - (history == null ? 0 : EdgeWeight.of(history.latest()));
        if ((history == null && told.edges.size() >= MAX_PER_PROXY)
                || told.octets + growth > MAX_OCTETS_PER_PROXY
                || octets + growth > MAX_OCTETS) {
            forgotten++;
            forget(told, key, history);
            return;
        }
        keep(told, growth, 0);
        if (history == null) {
            history = new EdgeHistory(edge, now, nothingAt);
            told.edges.put(key, history);
            keep(told, 0, history.weight());
        } else {
            int before = history.weight();
            if (nothingAt == null) {
                history.toldAfterSilence(edge, now);
            } else {
                history.told(edge, now);
            }
            keep(told, 0, history.weight() - before);
        }
        bound(told, history);
    }

    private void keep(Told told, int moreOctets, int moreFormer) {
        told.octets += moreOctets;
        octets += moreOctets;
        told.former += moreFormer;
        former += moreFormer;
    }

    /** An edge that no longer fits is not shown with sums of the past. */
    private void forget(Told told, Key key, @Nullable EdgeHistory history) {
        if (history != null) {
            told.edges.remove(key);
            keep(told, -EdgeWeight.of(history.latest()), -history.weight());
        }
    }

    private void bound(Told told, EdgeHistory history) {
        while (history.size() > 0 && (told.former > MAX_FORMER_PER_PROXY || former > MAX_FORMER)) {
            int before = history.weight();
            history.dropOldest();
            keep(told, 0, history.weight() - before);
        }
    }

    private void dropOld(Instant now) {
        dropped = now;
        Instant oldest = now.minus(KEPT);
        List<String> old = byWorkload.entrySet().stream()
                .filter(told -> told.getValue().at.isBefore(oldest))
                .map(Map.Entry::getKey)
                .toList();
        old.forEach(this::drop);
    }

    private void drop(String workload) {
        Told told = byWorkload.remove(workload);
        if (told != null) {
            keep(told, -told.octets, -told.former);
        }
    }

    /**
     * What is known of all proxies, by workload.
     *
     * @param window over how long a time differences are told, at most {@link EdgeHistory#LONGEST}; zero for none
     */
    public synchronized List<ProxyEdges> all(Duration window) {
        Instant now = clock.instant();
        dropOld(now);
        List<ProxyEdges> all = new ArrayList<>();
        new TreeMap<>(byWorkload)
                .forEach((workload, told) -> all.add(new ProxyEdges(
                        workload,
                        told.identity,
                        Instant.ofEpochSecond(told.since),
                        told.at,
                        told.edges.values().stream()
                                .map(history -> counted(history, now, window))
                                .toList())));
        return all;
    }

    private static CountedEdge counted(EdgeHistory history, Instant now, Duration window) {
        if (window.isZero()) {
            return new CountedEdge(history.latest(), Optional.empty());
        }
        EdgeHistory.Before before = history.before(now, window);
        return new CountedEdge(
                history.latest(),
                before.elapsed().compareTo(SHORTEST) < 0
                        ? Optional.empty()
                        : Optional.of(EdgeDifference.between(before.sums(), history.latest(), before.elapsed())));
    }

    /** Octets that all that is kept takes, counted again: of edges and of their former sums. */
    synchronized Weights weights() {
        int edges = 0;
        int sums = 0;
        for (Told told : byWorkload.values()) {
            for (EdgeHistory history : told.edges.values()) {
                edges += EdgeWeight.of(history.latest());
                sums += history.weight();
            }
        }
        return new Weights(edges, sums, octets, former);
    }

    /**
     * For tests.
     *
     * @param edges as it is
     * @param former as it is
     * @param keptEdges as it is kept account of
     * @param keptFormer as it is kept account of
     */
    record Weights(int edges, int former, int keptEdges, int keptFormer) {}

    /** How many edges are not known, as there were more than the proxies or this keep. */
    public synchronized long forgotten() {
        return forgotten
                + byWorkload.values().stream().mapToLong(told -> told.forgotten).sum();
    }
}
