package dev.weft.control.observe;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.Traffic;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who calls whom, as the proxies have told it last. What a proxy tells is kept for an hour after it was told last, so that a
 * workload that has gone is still seen. Bounded, whatever proxies tell. Safe for use by several threads.
 */
public final class EdgeBook {

    /** Most edges of one proxy; what it tells beyond them is counted and not kept. */
    static final int MAX_PER_PROXY = 512;

    /** Most edges of all proxies together, about 60 MB. */
    static final int MAX_EDGES = 200_000;

    /** Longest text of an edge that is kept, in characters. */
    static final int MAX_TEXT = 512;

    /** So long after it was told last, what a proxy told is forgotten. */
    static final Duration KEPT = Duration.ofHours(1);

    private static final int IPV4 = 4;
    private static final int IPV6 = 16;

    private final Clock clock;
    private final Map<String, Told> byWorkload = new HashMap<>(); // guarded by this
    private int kept; // guarded by this
    private long forgotten; // guarded by this

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
        private final Map<Key, Edge> edges = new HashMap<>();
        private long forgotten;
        private Instant at = Instant.MIN;

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
     */
    public record ProxyEdges(String workload, String identity, Instant since, List<Edge> edges) {
        public ProxyEdges {
            edges = List.copyOf(edges);
        }
    }

    /**
     * A proxy has told what it counts. Sums take the place of what it told of the same edge before; if it has begun to count
     * again, of all that it told before.
     *
     * @param workload {@code namespace/name}
     * @param identity what the workload proves
     * @throws IllegalArgumentException if a field is out of its range; nothing is kept then
     */
    public void told(String workload, String identity, Traffic traffic) {
        traffic.getEdgesList().forEach(EdgeBook::check);
        synchronized (this) {
            dropOld();
            Told told = byWorkload.get(workload);
            if (told == null || told.since != traffic.getSince() || !told.identity.equals(identity)) {
                drop(workload);
                told = new Told(identity, traffic.getSince());
                byWorkload.put(workload, told);
            }
            told.at = clock.instant();
            told.forgotten = Math.max(0, traffic.getForgotten());
            for (Edge edge : traffic.getEdgesList()) {
                Key key = Key.of(edge);
                boolean known = told.edges.containsKey(key);
                if (!known && (told.edges.size() >= MAX_PER_PROXY || kept >= MAX_EDGES)) {
                    forgotten++;
                } else {
                    told.edges.put(key, edge);
                    kept += known ? 0 : 1;
                }
            }
        }
    }

    private static void check(Edge edge) {
        int octets = edge.getAddress().size();
        if (edge.hasAddress() && octets != IPV4 && octets != IPV6) {
            throw new IllegalArgumentException(
                    "traffic: address of " + octets + " octets (expected: " + IPV4 + " or " + IPV6 + ")");
        }
        if (!edge.hasAddress() && edge.getSpiffeId().isEmpty()) {
            throw new IllegalArgumentException("traffic: an edge without a peer (expected: spiffe_id or address)");
        }
        if (edge.getDirection() != EdgeDirection.EDGE_DIRECTION_INBOUND
                && edge.getDirection() != EdgeDirection.EDGE_DIRECTION_OUTBOUND) {
            throw new IllegalArgumentException("traffic: an edge without a direction (expected: inbound or outbound)");
        }
        for (String text :
                List.of(edge.getSpiffeId(), edge.getRefusalCode(), edge.getRefusalReason(), edge.getPolicy())) {
            if (text.length() > MAX_TEXT) {
                throw new IllegalArgumentException(
                        "traffic: a text of " + text.length() + " characters (expected: at most " + MAX_TEXT + ")");
            }
        }
    }

    private void dropOld() {
        Instant oldest = clock.instant().minus(KEPT);
        List<String> old = byWorkload.entrySet().stream()
                .filter(told -> told.getValue().at.isBefore(oldest))
                .map(Map.Entry::getKey)
                .toList();
        old.forEach(this::drop);
    }

    private void drop(String workload) {
        Told former = byWorkload.remove(workload);
        if (former != null) {
            kept -= former.edges.size();
        }
    }

    /** What is known of all proxies, by workload. */
    public synchronized List<ProxyEdges> all() {
        dropOld();
        List<ProxyEdges> all = new ArrayList<>();
        new TreeMap<>(byWorkload)
                .forEach((workload, told) -> all.add(new ProxyEdges(
                        workload, told.identity, Instant.ofEpochSecond(told.since), List.copyOf(told.edges.values()))));
        return all;
    }

    /** How many edges are not known, as there were more than the proxies or this keep. */
    public synchronized long forgotten() {
        return forgotten
                + byWorkload.values().stream().mapToLong(told -> told.forgotten).sum();
    }
}
