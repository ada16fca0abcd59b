package dev.weft.cli.harden;

import static java.util.Objects.requireNonNull;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.cli.mesh.PeerAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What is known about plaintext calls into a namespace.
 *
 * @param plaintext callers that called a workload in plaintext within the window; a strict workload would have refused
 *     them
 * @param unknown workloads for which it is not known whether callers use plaintext
 * @param missing replicas of the control plane that did not answer: what their sidecars reported is missing here
 * @param forgotten number of callers that sidecars or the control plane no longer count, because there were more than
 *     they keep
 * @param awaited when every sidecar will have counted for the whole window; empty if they all have
 */
public record Hardening(
        String namespace,
        List<Plaintext> plaintext,
        List<Unknown> unknown,
        List<String> missing,
        long forgotten,
        Optional<Instant> awaited) {

    public Hardening {
        requireNonNull(namespace, "namespace");
        plaintext = List.copyOf(plaintext);
        unknown = List.copyOf(unknown);
        missing = List.copyOf(missing);
        requireNonNull(awaited, "awaited");
    }

    /** Whether every caller that was reported is known: no replica is missing, and no caller was forgotten. */
    public boolean complete() {
        return missing.isEmpty() && forgotten == 0;
    }

    /**
     * A caller without a proven identity.
     *
     * @param workload the workload that was called, {@code namespace/name}
     * @param from the caller's name in the mesh, or else its address
     * @param connections number of connections that were admitted
     * @param open number of these that are still open
     */
    public record Plaintext(String workload, String from, int port, long connections, long open, Instant last) {}

    /** Why it is not known whether a workload is called in plaintext. */
    public enum Why {
        NO_SIDECAR("it has no sidecar, and takes plaintext whatever the namespace says"),

        /** The sidecar has reported no connection, for at least the window as far as is known. */
        SILENT("its sidecar has told of no connection yet"),

        /** The sidecar has counted, or its pod has run, for less time than the window. */
        NEW("its sidecar counts for less time than that");

        private final String words;

        Why(String words) {
            this.words = words;
        }

        /** Returns the reason as a clause. */
        public String words() {
            return words;
        }
    }

    /**
     * A workload for which too little is known.
     *
     * @param workload {@code namespace/name}
     */
    public record Unknown(String workload, Why why) {}

    /**
     * Evaluates the connections that sidecars reported.
     *
     * @param meshed the workloads of the namespace that have a sidecar, {@code namespace/name}
     * @param bare the workloads of the namespace that have no sidecar
     * @param started when pods of the namespace were started, as far as is known
     * @param window how far back a call counts
     */
    public static Hardening of(
            String namespace,
            ListEdgesResponse told,
            Set<String> meshed,
            Set<String> bare,
            Map<String, Instant> started,
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
        Map<String, Instant> counting = counting(edges, meshed, started);
        return new Hardening(
                namespace,
                plaintext,
                unknown(edges, meshed, bare, counting, from),
                told.getMissingReplicasList(),
                told.getForgotten(),
                counting.values().stream()
                        .max(Comparator.naturalOrder())
                        .filter(last -> last.isAfter(from))
                        .map(last -> last.plus(window)));
    }

    /** Returns since when each workload's sidecar has counted; one that has told nothing, since its pod was started. */
    private static Map<String, Instant> counting(
            List<ObservedEdge> edges, Set<String> meshed, Map<String, Instant> started) {
        Map<String, Instant> counting = new HashMap<>();
        for (ObservedEdge edge : edges) {
            if (meshed.contains(edge.getWorkload())) {
                counting.merge(edge.getWorkload(), Instant.ofEpochSecond(edge.getSince()), Hardening::later);
            }
        }
        started.forEach((workload, start) -> {
            if (meshed.contains(workload)) {
                counting.putIfAbsent(workload, start);
            }
        });
        return counting;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
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
                observed.getPeerName().isEmpty()
                        ? PeerAddress.of(edge.getAddress()).getHostAddress()
                        : observed.getPeerName(),
                edge.getPort(),
                edge.getAdmitted(),
                edge.getOpen(),
                Instant.ofEpochSecond(edge.getLast()));
    }

    private static List<Unknown> unknown(
            List<ObservedEdge> edges,
            Set<String> meshed,
            Set<String> bare,
            Map<String, Instant> counting,
            Instant from) {
        Set<String> telling = edges.stream().map(ObservedEdge::getWorkload).collect(Collectors.toSet());
        List<Unknown> unknown = new ArrayList<>();
        for (String workload : new TreeSet<>(meshed)) {
            Instant since = counting.get(workload);
            if (since != null && since.isAfter(from)) {
                unknown.add(new Unknown(workload, Why.NEW));
            } else if (!telling.contains(workload)) {
                unknown.add(new Unknown(workload, Why.SILENT));
            }
        }
        new TreeSet<>(bare).forEach(workload -> unknown.add(new Unknown(workload, Why.NO_SIDECAR)));
        return unknown;
    }
}
