package dev.weft.control.observe;

import dev.weft.api.v1.EdgeWindow;
import dev.weft.api.v1.ListEdgesRequest;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ObservedEdge;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Selects the edges that an operator asked for, as many as one message can hold. */
final class SelectedEdges {

    /** Largest answer in octets; the operator's channel accepts 16 MiB. */
    static final int MAX_OCTETS = 15 * 1024 * 1024;

    /** Most octets of a field's tag and length. */
    private static final int PREFIX = 6;

    private static final Comparator<ObservedEdge> BUSIEST = Comparator.comparingLong(SelectedEdges::busy)
            .thenComparingLong(edge -> edge.getEdge().getAdmitted())
            .thenComparingLong(edge -> edge.getEdge().getLast())
            .reversed();

    private SelectedEdges() {}

    /** Returns the edges of the workload or the namespace that the request names; the busiest if they are too many. */
    static ListEdgesResponse of(ListEdgesResponse all, ListEdgesRequest request) {
        return fitting(wanted(all, request), MAX_OCTETS);
    }

    private static ListEdgesResponse wanted(ListEdgesResponse all, ListEdgesRequest request) {
        if (request.getWorkload().isEmpty() && request.getNamespace().isEmpty()) {
            return all;
        }
        return all.toBuilder()
                .clearEdges()
                .addAllEdges(all.getEdgesList().stream()
                        .filter(edge -> isWanted(edge.getWorkload(), request))
                        .toList())
                .build();
    }

    private static boolean isWanted(String workload, ListEdgesRequest request) {
        return (request.getWorkload().isEmpty() || workload.equals(request.getWorkload()))
                && (request.getNamespace().isEmpty() || workload.startsWith(request.getNamespace() + "/"));
    }

    /** Returns the answer with the busiest edges that fit into this many octets, in their former order. */
    static ListEdgesResponse fitting(ListEdgesResponse all, int most) {
        if (all.getSerializedSize() <= most) {
            return all;
        }
        List<ObservedEdge> edges = all.getEdgesList();
        List<Integer> busiestFirst = IntStream.range(0, edges.size())
                .boxed()
                .sorted(Comparator.comparing(edges::get, BUSIEST))
                .toList();
        ListEdgesResponse.Builder shown = all.toBuilder().clearEdges().setLeftOut(all.getEdgesCount());
        long octets = shown.build().getSerializedSize();
        BitSet taken = new BitSet();
        for (int i : busiestFirst) {
            octets += PREFIX + edges.get(i).getSerializedSize();
            if (octets > most) {
                break;
            }
            taken.set(i);
        }
        taken.stream().mapToObj(edges::get).forEach(shown::addEdges);
        return shown.setLeftOut(edges.size() - taken.cardinality()).build();
    }

    /** Returns the number of connections and requests within the window. */
    private static long busy(ObservedEdge edge) {
        EdgeWindow window = edge.getWindow();
        return window.getAdmitted() + window.getRefused() + EdgeHistory.requests(window.getRequestsList());
    }
}
