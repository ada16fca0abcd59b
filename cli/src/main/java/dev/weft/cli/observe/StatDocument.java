package dev.weft.cli.observe;

import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table;
import dev.weft.cli.screen.Table.Cell;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The requests and connections that one workload gets, as a document.
 *
 * @param workload {@code namespace/name}
 * @param callers number of peers that have called it, by identity or address
 * @param open number of open connections to it
 * @param rates rates of all callers together, within the window
 */
public record StatDocument(String workload, int callers, long open, Rates rates) {

    /** Makes the documents of these workloads, by name. */
    public static List<StatDocument> of(ListEdgesResponse response, Collection<String> workloads) {
        Map<String, List<ObservedEdge>> inbound = new TreeMap<>();
        workloads.forEach(workload -> inbound.put(workload, new ArrayList<>()));
        for (ObservedEdge edge : response.getEdgesList()) {
            if (edge.getEdge().getDirection() == EdgeDirection.EDGE_DIRECTION_INBOUND) {
                inbound.computeIfPresent(edge.getWorkload(), (_, edges) -> {
                    edges.add(edge);
                    return edges;
                });
            }
        }
        List<StatDocument> stats = new ArrayList<>();
        inbound.forEach((workload, edges) -> stats.add(new StatDocument(
                workload,
                (int) edges.stream()
                        .map(edge -> edge.getEdge().hasAddress()
                                ? edge.getEdge().getAddress()
                                : edge.getEdge().getSpiffeId())
                        .distinct()
                        .count(),
                edges.stream().mapToLong(edge -> edge.getEdge().getOpen()).sum(),
                Rates.of(edges))));
        return stats;
    }

    /** Makes a table of documents. */
    public static Table table(List<StatDocument> stats) {
        Table table = new Table()
                .shrinkable("WORKLOAD")
                .numbers("REQ/S", "SUCCESS", "P50")
                .numbers("P95", 3)
                .numbers("P99", "REFUSED/S")
                .numbers("CONN/S", 4)
                .numbers("OPEN", 2)
                .numbers("BYTES/S")
                .numbers("CALLERS", 1);
        for (StatDocument stat : stats) {
            Rates rates = stat.rates();
            boolean called = stat.callers() > 0;
            table.row(
                    new Cell(stat.workload(), Style.NAME),
                    called ? Figures.requests(rates) : Figures.NONE,
                    Figures.success(rates.success()),
                    Figures.time(rates.p50Millis()),
                    Figures.time(rates.p95Millis()),
                    Figures.time(rates.p99Millis()),
                    Figures.refused(rates.refusedPerSecond()),
                    Figures.rate(rates.connectionsPerSecond()),
                    Long.toString(stat.open()),
                    Figures.bytes(rates.bytesPerSecond()),
                    Integer.toString(stat.callers()));
        }
        return table;
    }
}
