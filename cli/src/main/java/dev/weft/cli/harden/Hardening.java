package dev.weft.cli.harden;

import static java.util.Objects.requireNonNull;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ObservedEdge;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What is known of the plaintext into a namespace.
 *
 * @param plaintext who called which workload in plaintext within the window; a strict one would have refused them
 * @param unknown workloads of which it is not known whether somebody did, or will
 * @param missing replicas of the control plane that did not answer: what their sidecars have told is not in the above
 * @param forgotten callers that sidecars or the control plane no longer count, as there were more than they keep
 */
public record Hardening(
        String namespace, List<Plaintext> plaintext, List<Unknown> unknown, List<String> missing, long forgotten) {

    public Hardening {
        requireNonNull(namespace, "namespace");
        plaintext = List.copyOf(plaintext);
        unknown = List.copyOf(unknown);
        missing = List.copyOf(missing);
    }

    /** Whether all callers that there were can be among those that are known. */
    public boolean complete() {
        return missing.isEmpty() && forgotten == 0;
    }

    /**
     * A caller without a proven identity.
     *
     * @param workload that was called, {@code namespace/name}
     * @param from the caller's name in the mesh, else its address
     * @param connections that were admitted
     * @param open of them, still open
     */
    public record Plaintext(String workload, String from, int port, long connections, long open, Instant last) {}

    /** Why nothing is known of a workload. */
    public enum Why {
        /** It has no sidecar: it goes on in plaintext, whatever its namespace says. */
        NO_SIDECAR("it has no sidecar, and takes plaintext whatever the namespace says"),

        /** Its sidecar has told of no connection. */
        SILENT("its sidecar has told of no connection yet"),

        /** Its sidecar counts for less than the window. */
        NEW("its sidecar counts for less time than that");

        private final String words;

        Why(String words) {
            this.words = words;
        }

        /** A clause. */
        public String words() {
            return words;
        }
    }

    /**
     * A workload of which too little is known.
     *
     * @param workload {@code namespace/name}
     */
    public record Unknown(String workload, Why why) {}

    /**
     * What follows of what sidecars have told.
     *
     * @param meshed the workloads of the namespace that have a sidecar, {@code namespace/name}
     * @param bare those that have none
     * @param window how far back a call counts
     */
    public static Hardening of(
            String namespace,
            ListEdgesResponse told,
            Set<String> meshed,
            Set<String> bare,
            Duration window,
            Instant now) {
        Instant from = now.minus(window);
        List<ObservedEdge> edges = told.getEdgesList().stream()
                .filter(edge -> edge.getWorkload().startsWith(namespace + "/"))
                .toList();
        List<Plaintext> plaintext = edges.stream()
                .filter(edge -> isPlaintext(edge.getEdge()))
                .map(Hardening::plaintext)
                .filter(caller -> caller.open() > 0 || !caller.last().isBefore(from))
                .sorted(Comparator.comparing(Plaintext::workload)
                        .thenComparing(Plaintext::from)
                        .thenComparingInt(Plaintext::port))
                .toList();
        return new Hardening(
                namespace,
                plaintext,
                unknown(edges, meshed, bare, from),
                told.getMissingReplicasList(),
                told.getForgotten());
    }

    private static boolean isPlaintext(Edge edge) {
        return edge.getDirection() == EdgeDirection.EDGE_DIRECTION_INBOUND
                && edge.hasAddress()
                && edge.getAdmitted() > 0;
    }

    private static Plaintext plaintext(ObservedEdge observed) {
        Edge edge = observed.getEdge();
        return new Plaintext(
                observed.getWorkload(),
                observed.getPeerName().isEmpty() ? address(edge) : observed.getPeerName(),
                edge.getPort(),
                edge.getAdmitted(),
                edge.getOpen(),
                Instant.ofEpochSecond(edge.getLast()));
    }

    private static String address(Edge edge) {
        try {
            return InetAddress.getByAddress(edge.getAddress().toByteArray()).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address that the control plane has checked", e);
        }
    }

    private static List<Unknown> unknown(List<ObservedEdge> edges, Set<String> meshed, Set<String> bare, Instant from) {
        Set<String> telling = edges.stream().map(ObservedEdge::getWorkload).collect(Collectors.toSet());
        Set<String> fresh = edges.stream()
                .filter(edge -> Instant.ofEpochSecond(edge.getSince()).isAfter(from))
                .map(ObservedEdge::getWorkload)
                .collect(Collectors.toSet());
        List<Unknown> unknown = new ArrayList<>();
        for (String workload : new TreeSet<>(meshed)) {
            if (!telling.contains(workload)) {
                unknown.add(new Unknown(workload, Why.SILENT));
            } else if (fresh.contains(workload)) {
                unknown.add(new Unknown(workload, Why.NEW));
            }
        }
        new TreeSet<>(bare).forEach(workload -> unknown.add(new Unknown(workload, Why.NO_SIDECAR)));
        return unknown;
    }
}
