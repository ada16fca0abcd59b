package dev.weft.cli.observe;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.api.v1.RequestSums;
import dev.weft.cli.mesh.PeerAddress;
import java.time.Instant;

/**
 * An edge, a pair of caller and called workload, as a document.
 *
 * @param from SPIFFE ID of the caller; if it has none, its name in the mesh, or else its address
 * @param to SPIFFE ID of the called workload, or in the same way its name or address
 * @param port TCP port that was called
 * @param over {@code mTLS} if the peer proved its SPIFFE ID, {@code plain} if not, {@code none} where none was admitted
 * @param connections number of connections that were admitted
 * @param open number of these that are open
 * @param refused number of connections that were refused
 * @param requestsRefused number of requests that were refused
 * @param broken number of connections that broke off
 * @param bytes octets in both directions together
 * @param last when a connection last began or ended, or a request last ended
 * @param policy the policy behind {@code code}, or, without a code, the policy that decided last
 * @param code code of the last connection or request that was refused; if none was, code of the last connection that
 *     broke off
 * @param reason the reason that belongs to {@code code}
 * @param seenBy the workload whose sidecar counts, {@code namespace/name}
 * @param direction {@code inbound} where that workload is the called one, else {@code outbound}
 * @param since when that sidecar began to count
 * @param rates rates within the window
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

    /** Makes the document from an edge of the control plane's answer. */
    public static EdgeDocument of(ObservedEdge observed) {
        Edge edge = observed.getEdge();
        boolean inbound = edge.getDirection() == EdgeDirection.EDGE_DIRECTION_INBOUND;
        String peer = peer(observed);
        return new EdgeDocument(
                inbound ? peer : observed.getIdentity(),
                inbound ? observed.getIdentity() : peer,
                edge.getPort(),
                over(edge),
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

    private static String over(Edge edge) {
        if (!edge.hasAddress()) {
            return "mTLS";
        }
        return edge.getAdmitted() > 0 || passed(edge) ? "plain" : "none";
    }

    /**
     * Whether a request passed. Requests on a connection that also goes to endpoints with sidecars are part of this
     * edge, but the connection is not.
     */
    static boolean passed(Edge edge) {
        return edge.getRequestsList().stream()
                .anyMatch(sums -> sums.getByClassList().stream().anyMatch(count -> count > 0));
    }

    private boolean inbound() {
        return direction.equals("inbound");
    }

    /** Returns the number of refused connections and requests. */
    public long refusals() {
        return refused + requestsRefused;
    }

    /** Returns the caller, in the form for a table. */
    public String caller() {
        return inbound() ? brief(from, to) : seenBy;
    }

    /** Returns the called workload, in the form for a table. */
    public String called() {
        return inbound() ? seenBy : brief(to, from);
    }

    /** Shortens a SPIFFE ID: without the trust domain if it is that of {@code own}, else without the scheme. */
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
        return PeerAddress.of(observed.getEdge().getAddress()).getHostAddress();
    }
}
