package dev.weft.control.observe;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.Traffic;
import dev.weft.daemon.text.Fingerprint;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one proxy reported since it began to count. Part of an {@link EdgeBook}, whose lock guards it. */
final class ReportedEdges {

    /**
     * Longest silence after which a proxy's full report is taken as continuous: it can hardly have reported to another
     * replica in between.
     */
    private static final Duration SHORT_SILENCE = Duration.ofSeconds(15);

    /** Most edges that a proxy may say it has forgotten. */
    private static final long MAX_FORGOTTEN = 1_000_000_000;

    /**
     * What distinguishes the edges of one proxy.
     *
     * @param peer the peer's address, or its SPIFFE ID
     */
    record Key(EdgeDirection direction, Object peer, int port) {
        static Key of(Edge edge) {
            return new Key(
                    edge.getDirection(), edge.hasAddress() ? edge.getAddress() : edge.getSpiffeId(), edge.getPort());
        }

        long fingerprint() {
            String text = peer instanceof ByteString address
                    ? HexFormat.of().formatHex(address.toByteArray())
                    : peer.toString();
            return Fingerprint.of(direction.getNumber() + " " + port + " " + text);
        }
    }

    final String identity;
    final long since;
    final Map<Key, EdgeHistory> edges = new HashMap<>();
    int octets;
    int former;
    /** Number of edges that the proxy itself no longer counts. */
    long forgotten;

    Instant at = Instant.MIN;

    /**
     * The edges that were reported and not kept. Their fingerprints are enough to count them: an edge with traffic is
     * reported, and refused, every few seconds.
     */
    private final Set<Long> refused = new HashSet<>();

    ReportedEdges(String identity, long since) {
        this.identity = identity;
        this.since = since;
    }

    /**
     * Begins a report.
     *
     * @return a time when the proxy had counted nothing yet of an edge that it reports for the first time now: when it
     *     reported last, or began to count. Null if there is no such time, because it was silent for so long that it
     *     may have reported to another replica meanwhile
     */
    @Nullable
    Instant begin(Traffic traffic, Instant now) {
        Instant emptySince = emptySince(now);
        at = now;
        forgotten = Math.clamp(traffic.getForgotten(), 0, MAX_FORGOTTEN);
        boolean afterSilence =
                traffic.getFirst() && emptySince != null && emptySince.isBefore(now.minus(SHORT_SILENCE));
        return afterSilence ? null : emptySince;
    }

    private @Nullable Instant emptySince(Instant now) {
        Instant began = Instant.ofEpochSecond(since);
        if (at.equals(Instant.MIN)) {
            return Duration.between(began, now).abs().compareTo(SHORT_SILENCE) <= 0 ? began : null;
        }
        return at;
    }

    /**
     * Counts an edge that is not kept, once.
     *
     * @param room how many more may be counted
     * @return by how much the number of refused edges has risen
     */
    int refuse(Key key, int room) {
        return room > 0 && refused.size() < EdgeBook.MAX_PER_PROXY && refused.add(key.fingerprint()) ? 1 : 0;
    }

    /**
     * Notes that an edge is kept.
     *
     * @return by how much the number of refused edges has fallen
     */
    int accept(Key key) {
        return !refused.isEmpty() && refused.remove(key.fingerprint()) ? 1 : 0;
    }

    int refused() {
        return refused.size();
    }
}
