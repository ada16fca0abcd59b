package dev.weft.control.observe;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.RequestSums;

/** What keeping an edge takes of the heap, in octets: an estimate that is seldom too low, whatever a proxy tells. */
final class EdgeWeight {

    /** Of the objects of an edge and of its place in a map. */
    private static final int EDGE = 400;

    private static final int SUMS = 200;
    private static final int CHARACTER = 2;

    private EdgeWeight() {}

    static int of(Edge edge) {
        int characters = edge.getSpiffeId().length()
                + edge.getRefusalCode().length()
                + edge.getRefusalReason().length()
                + edge.getPolicy().length();
        int weight = EDGE + CHARACTER * characters;
        for (RequestSums sums : edge.getRequestsList()) {
            weight += SUMS + Long.BYTES * (sums.getByClassCount() + sums.getLatencyCount());
        }
        return weight;
    }

    /** The edge without its texts: what it counts, and nothing else. */
    static Edge numbers(Edge edge) {
        return edge.toBuilder()
                .clearPeer()
                .clearRefusalCode()
                .clearRefusalReason()
                .clearPolicy()
                .build();
    }
}
