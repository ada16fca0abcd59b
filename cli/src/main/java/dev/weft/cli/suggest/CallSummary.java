package dev.weft.cli.suggest;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.api.v1.RequestSums;
import dev.weft.cli.suggest.Suggestion.Caller;
import dev.weft.cli.suggest.Suggestion.Refused;
import dev.weft.cli.suggest.Suggestion.Requests;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The recorded calls of one port, summed up by caller. */
record CallSummary(List<ObservedEdge> edges) {

    CallSummary {
        edges = List.copyOf(edges);
    }

    /** Returns the earliest time at which one of the sidecars began to count. */
    Instant since() {
        return edges.stream()
                .map(edge -> Instant.ofEpochSecond(edge.getSince()))
                .min(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    Requests requests() {
        long read = 0;
        Set<String> protocols = new TreeSet<>();
        Set<String> known = new TreeSet<>();
        Set<String> unread = new TreeSet<>();
        for (ObservedEdge observed : edges) {
            long ofEdge = 0;
            for (RequestSums sums : observed.getEdge().getRequestsList()) {
                long ofProtocol = sums.getRefused()
                        + sums.getByClassList().stream()
                                .mapToLong(Long::longValue)
                                .sum();
                ofEdge += ofProtocol;
                if (ofProtocol > 0) {
                    protocols.add(sums.getProtocol());
                }
            }
            read += ofEdge;
            if (ofEdge > 0) {
                known.add(name(observed));
            } else if (observed.getEdge().getAdmitted() > 0) {
                unread.add(name(observed));
            }
        }
        unread.removeAll(known);
        return new Requests(read, List.copyOf(protocols), List.copyOf(unread));
    }

    List<Caller> proven() {
        return callers(true);
    }

    List<Caller> unproven() {
        return callers(false);
    }

    private List<Caller> callers(boolean proven) {
        Map<String, Caller> callers = new TreeMap<>();
        for (ObservedEdge observed : edges) {
            Edge edge = observed.getEdge();
            if (edge.getAdmitted() > 0 && edge.hasSpiffeId() == proven) {
                callers.merge(
                        name(observed),
                        new Caller(name(observed), edge.getAdmitted(), Instant.ofEpochSecond(edge.getLast())),
                        CallSummary::together);
            }
        }
        return List.copyOf(callers.values());
    }

    private static Caller together(Caller one, Caller other) {
        return new Caller(
                one.name(),
                one.sessions() + other.sessions(),
                one.last().isAfter(other.last()) ? one.last() : other.last());
    }

    List<Refused> refused() {
        List<Refused> refused = new ArrayList<>();
        for (ObservedEdge observed : edges) {
            Edge edge = observed.getEdge();
            long count = edge.getRefused()
                    + edge.getRequestsList().stream()
                            .mapToLong(RequestSums::getRefused)
                            .sum();
            if (count > 0) {
                refused.add(new Refused(name(observed), count, edge.getRefusalCode(), edge.getRefusalReason()));
            }
        }
        refused.sort(Comparator.comparing(Refused::name));
        return refused;
    }

    private static String name(ObservedEdge observed) {
        Edge edge = observed.getEdge();
        if (edge.hasSpiffeId()) {
            return edge.getSpiffeId();
        }
        String address = address(edge.getAddress().toByteArray());
        return observed.getPeerName().isEmpty() ? address : address + " (" + observed.getPeerName() + ")";
    }

    /** Does not fail, unlike {@code PeerAddress}: one caller that cannot be named does not prevent a suggestion. */
    private static String address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets).getHostAddress();
        } catch (UnknownHostException _) {
            return "an unknown address";
        }
    }
}
