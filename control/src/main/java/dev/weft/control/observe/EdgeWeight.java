package dev.weft.control.observe;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.RequestSums;

/** Estimates the heap that a kept edge takes, in octets. The estimate is seldom too low, whatever a proxy reports. */
final class EdgeWeight {

    /** Octets of an edge's objects and its place in a map. */
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

    /** Returns the edge without its texts: only its counters. */
    static Edge numbers(Edge edge) {
        return edge.toBuilder()
                .clearPeer()
                .clearRefusalCode()
                .clearRefusalReason()
                .clearPolicy()
                .build();
    }
}
