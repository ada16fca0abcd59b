package dev.weft.control.observe;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;

/**
 * What distinguishes the edges of one proxy.
 *
 * @param peer the peer's address, or its SPIFFE ID
 */
record EdgeKey(EdgeDirection direction, Object peer, int port) {
    static EdgeKey of(Edge edge) {
        return new EdgeKey(
                edge.getDirection(), edge.hasAddress() ? edge.getAddress() : edge.getSpiffeId(), edge.getPort());
    }
}
