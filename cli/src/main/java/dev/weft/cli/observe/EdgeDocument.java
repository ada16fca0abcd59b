package dev.weft.cli.observe;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.api.v1.RequestSums;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;

/**
 * A pair as a document.
 *
 * @param from SPIFFE ID of the caller; of one without, its name in the mesh, else its address
 * @param to the same of the called one
 * @param over {@code mTLS}, {@code plain}, or {@code none} where no connection came about
 * @param refused connections that were
 * @param requestsRefused requests that were
 * @param seenBy the workload whose sidecar counts, {@code namespace/name}
 * @param direction {@code inbound} where that is the called one, else {@code outbound}
 * @param since when it began to count
 * @param bytes octets of both directions together
 * @param code of the last connection or request that was refused, or connection that broke off
 * @param rates within the window
 */
public record EdgeDocument(
        String from,
        String to,
        int port,
        String over,
        long connections,
        long open,
        long refused,
        long requestsRefused,
        long broken,
        long bytes,
        Instant last,
        String policy,
        String code,
        String reason,
        String seenBy,
        String direction,
        Instant since,
        Rates rates) {

    private static final String SCHEME = "spiffe://";

    /** Of an edge as the control plane tells it. */
    public static EdgeDocument of(ObservedEdge observed) {
        Edge edge = observed.getEdge();
        boolean inbound = edge.getDirection() == EdgeDirection.EDGE_DIRECTION_INBOUND;
        String peer = peer(observed);
        return new EdgeDocument(
                inbound ? peer : observed.getIdentity(),
                inbound ? observed.getIdentity() : peer,
                edge.getPort(),
                !edge.hasAddress() ? "mTLS" : edge.getAdmitted() > 0 ? "plain" : "none",
                edge.getAdmitted(),
                edge.getOpen(),
                edge.getRefused(),
                edge.getRequestsList().stream()
                        .mapToLong(RequestSums::getRefused)
                        .sum(),
                edge.getBroken(),
                edge.getBytesIn() + edge.getBytesOut(),
                Instant.ofEpochSecond(edge.getLast()),
                edge.getPolicy(),
                edge.getRefusalCode(),
                edge.getRefusalReason(),
                observed.getWorkload(),
                inbound ? "inbound" : "outbound",
                Instant.ofEpochSecond(observed.getSince()),
                Rates.of(observed));
    }

    private boolean inbound() {
        return direction.equals("inbound");
    }

    /** Connections and requests that were refused. */
    public long refusals() {
        return refused + requestsRefused;
    }

    /** The caller, as a table shows it. */
    public String caller() {
        return inbound() ? brief(from, to) : seenBy;
    }

    /** The called one, as a table shows it. */
    public String called() {
        return inbound() ? seenBy : brief(to, from);
    }

    /** Identities of the own trust domain without it, others without their scheme. */
    public static String brief(String peer, String own) {
        int end = own.startsWith(SCHEME) ? own.indexOf('/', SCHEME.length()) : -1;
        if (end > 0 && peer.startsWith(own.substring(0, end + 1))) {
            return peer.substring(end + 1);
        }
        return peer.startsWith(SCHEME) ? peer.substring(SCHEME.length()) : peer;
    }

    private static String peer(ObservedEdge observed) {
        if (!observed.getEdge().hasAddress()) {
            return observed.getEdge().getSpiffeId();
        }
        if (!observed.getPeerName().isEmpty()) {
            return observed.getPeerName();
        }
        try {
            return InetAddress.getByAddress(observed.getEdge().getAddress().toByteArray())
                    .getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address that the control plane has checked", e);
        }
    }
}
