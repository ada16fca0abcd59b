package dev.weft.control.observe;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.daemon.text.Fingerprint;
import java.util.HexFormat;

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

    long fingerprint() {
        String text =
                peer instanceof ByteString address ? HexFormat.of().formatHex(address.toByteArray()) : peer.toString();
        return Fingerprint.of(direction.getNumber() + " " + port + " " + text);
    }
}
