package dev.weft.proxy.observe;

import dev.weft.daemon.metrics.DurationHistogram;
import dev.weft.daemon.metrics.DurationSeries;
import dev.weft.daemon.metrics.Metrics;
import java.util.HashMap;
import java.util.Map;

/**
 * The durations of requests by caller and protocol. A series has a line for each bucket, and a peer of another trust
 * domain chooses the length of its name: so there are fewer series than a counter has, and none has a long name. Beyond
 * these limits the caller is "other"; the protocol is kept. Safe for use by several threads.
 */
final class PeerDurations {
    /** Most pairs of a caller and a protocol that have a series of their own. */
    static final int MAX_SERIES = 200;

    /** Most characters of a caller's name. */
    static final int MAX_NAME = 256;

    private static final String OTHER = "other";

    private final DurationHistogram histogram;
    private final Map<Key, DurationSeries> known = new HashMap<>();

    private record Key(String peer, String protocol) {}

    /** @param protocols number of protocols */
    PeerDurations(Metrics registry, int protocols) {
        histogram = registry.durations(
                "weft_request_duration_seconds",
                "Duration of requests judged by policy that have ended, by caller",
                DurationHistogram.OF_REQUESTS,
                MAX_SERIES + protocols,
                "peer",
                "protocol");
    }

    /**
     * Returns the series to count in.
     *
     * @param peer see {@link PeerNames}
     */
    synchronized DurationSeries of(String peer, String protocol) {
        Key key = new Key(peer, protocol);
        DurationSeries series = known.get(key);
        if (series == null && known.size() < MAX_SERIES && peer.length() <= MAX_NAME) {
            series = histogram.series(peer, protocol);
            known.put(key, series);
        }
        return series != null ? series : histogram.series(OTHER, protocol);
    }
}
