package dev.weft.control.observe;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.RequestSums;
import dev.weft.api.v1.Traffic;
import dev.weft.daemon.metrics.LatencyBuckets;
import dev.weft.daemon.text.PlainText;
import dev.weft.daemon.text.ShownTime;
import dev.weft.identity.spiffe.SpiffeId;
import java.util.List;

/** Checks whether a proxy's report of an edge is valid. */
final class EdgeCheck {

    /** Longest text of an edge other than a SPIFFE ID, in characters. */
    static final int MAX_TEXT = 512;

    static final int MAX_PROTOCOLS = 4;

    private static final int MAX_CLASSES = 6;
    private static final int MAX_PROTOCOL = 16;
    private static final int IPV4 = 4;
    private static final int IPV6 = 16;

    private EdgeCheck() {}

    /** @throws IllegalArgumentException if a field is out of range */
    static void check(Traffic traffic) {
        time("since", traffic.getSince());
        traffic.getEdgesList().forEach(EdgeCheck::check);
    }

    /**
     * Returns the edge with a printable reason. A reason may repeat what a peer said, so a proxy that reports control
     * characters in one is not at fault.
     */
    static Edge printable(Edge edge) {
        return PlainText.is(edge.getRefusalReason())
                ? edge
                : edge.toBuilder()
                        .setRefusalReason(PlainText.of(edge.getRefusalReason()))
                        .build();
    }

    /** @throws IllegalArgumentException if a field is out of range */
    static void check(Edge edge) {
        time("last", edge.getLast());
        plain("spiffe_id", edge.getSpiffeId());
        plain("policy", edge.getPolicy());
        plain("refusal_code", edge.getRefusalCode());
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
        // A peer of another trust domain chooses the length of its SPIFFE ID, so every valid length must pass.
        atMost("characters of a SPIFFE ID", edge.getSpiffeId().length(), SpiffeId.MAX_LENGTH);
        for (String text : List.of(edge.getRefusalCode(), edge.getRefusalReason(), edge.getPolicy())) {
            atMost("characters of a text", text.length(), MAX_TEXT);
        }
        atMost("protocols", edge.getRequestsCount(), MAX_PROTOCOLS);
        edge.getRequestsList().forEach(EdgeCheck::check);
    }

    private static void check(RequestSums sums) {
        plain("protocol", sums.getProtocol());
        atMost("characters of a protocol", sums.getProtocol().length(), MAX_PROTOCOL);
        atMost("classes of status", sums.getByClassCount(), MAX_CLASSES);
        atMost("buckets of latency", sums.getLatencyCount(), LatencyBuckets.COUNT);
    }

    private static void plain(String field, String text) {
        if (!PlainText.is(text)) {
            throw new IllegalArgumentException("traffic: a control character in " + field + " (expected: none)");
        }
    }

    private static void time(String field, long second) {
        var _ = ShownTime.ofEpochSecond("traffic: " + field, second);
    }

    private static void atMost(String what, int count, int most) {
        if (count > most) {
            throw new IllegalArgumentException("traffic: " + count + " " + what + " (expected: at most " + most + ")");
        }
    }
}
