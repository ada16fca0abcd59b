package dev.weft.cli.observe;

import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.cli.screen.Listing;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Table;
import dev.weft.cli.screen.Table.Cell;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The requests and connections that one workload gets, as a document.
 *
 * @param workload {@code namespace/name}; of a destination without a sidecar, its name in the mesh or its address
 * @param countedBy {@code called} if the workload's own sidecar counts; {@code callers} for requests to endpoints
 *     without a sidecar, which the sidecars of the callers read. A Service that has such endpoints may have the name of
 *     a workload that has a sidecar
 * @param callers number of peers that have called it, by identity or address
 */
public record StatDocument(String workload, String countedBy, int callers, long open, Rates rates) {

    /** Most destinations without a sidecar in a table: a host may have hundreds of addresses. */
    static final int MOST_OUTSIDE = 20;

    private static final String CALLED = "called";
    private static final String CALLERS = "callers";

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
        inbound.forEach((workload, edges) -> stats.add(of(workload, CALLED, StatDocument::peer, edges)));
        return stats;
    }

    /**
     * Makes the documents of destinations without a sidecar, by name: those to which sidecars of the mesh have sent
     * requests one by one. A peer with a SPIFFE ID has a sidecar, be it in another mesh.
     */
    public static List<StatDocument> outside(ListEdgesResponse response) {
        Map<String, List<ObservedEdge>> outbound = response.getEdgesList().stream()
                .filter(edge -> edge.getEdge().getDirection() == EdgeDirection.EDGE_DIRECTION_OUTBOUND)
                .filter(edge -> edge.getEdge().hasAddress() && EdgeDocument.passed(edge.getEdge()))
                .collect(Collectors.groupingBy(
                        edge -> EdgeDocument.of(edge).called(), TreeMap::new, Collectors.toList()));
        List<StatDocument> stats = new ArrayList<>();
        outbound.forEach((called, edges) -> stats.add(of(called, CALLERS, ObservedEdge::getIdentity, edges)));
        return stats;
    }

    private static StatDocument of(
            String workload, String countedBy, Function<ObservedEdge, Object> caller, List<ObservedEdge> edges) {
        return new StatDocument(
                workload,
                countedBy,
                (int) edges.stream().map(caller).distinct().count(),
                edges.stream().mapToLong(edge -> edge.getEdge().getOpen()).sum(),
                Rates.of(edges));
    }

    private static Object peer(ObservedEdge edge) {
        return edge.getEdge().hasAddress()
                ? edge.getEdge().getAddress()
                : edge.getEdge().getSpiffeId();
    }

    /** Returns the names of the workloads that count themselves. */
    public static List<String> names(List<StatDocument> stats) {
        return stats.stream()
                .filter(stat -> !stat.isOutside())
                .map(StatDocument::workload)
                .toList();
    }

    /** Prints a table of documents; of destinations without a sidecar only the busiest. */
    public static void print(Screen screen, List<StatDocument> stats) {
        Set<StatDocument> outside = stats.stream()
                .filter(StatDocument::isOutside)
                .sorted(Comparator.comparingDouble(StatDocument::busy).reversed())
                .limit(MOST_OUTSIDE)
                .collect(Collectors.toSet());
        List<StatDocument> shown = stats.stream()
                .filter(stat -> !stat.isOutside() || outside.contains(stat))
                .toList();
        screen.table(table(shown));
        int more = stats.size() - shown.size();
        if (!outside.isEmpty()) {
            screen.text("* no sidecar: counted by the sidecars of the callers");
        }
        if (more > 0) {
            screen.text("and " + more + " more without a sidecar that are less busy: -o json has them");
        }
    }

    private boolean isOutside() {
        return countedBy.equals(CALLERS);
    }

    private double busy() {
        Double requests = rates.requestsPerSecond();
        return requests == null ? 0 : requests;
    }

    static Table table(List<StatDocument> stats) {
        return Listing.of(stats)
                .shrinkable("WORKLOAD", stat -> Cell.name(stat.workload() + (stat.isOutside() ? " *" : "")))
                .numbers("REQ/S", stat -> stat.callers() > 0 ? Figures.requests(stat.rates()) : Figures.NONE)
                .numbers("SUCCESS", stat -> Figures.success(stat.rates().success()))
                .numbers("P50", stat -> Figures.time(stat.rates().p50Millis()))
                .numbers("P95", 3, stat -> Figures.time(stat.rates().p95Millis()))
                .numbers("P99", stat -> Figures.time(stat.rates().p99Millis()))
                .numbers("REFUSED/S", stat -> Figures.refused(stat.rates().refusedPerSecond()))
                .numbers("CONN/S", 4, stat -> Figures.rate(stat.rates().connectionsPerSecond()))
                .numbers("OPEN", 2, StatDocument::open)
                .numbers("BYTES/S", stat -> Figures.bytes(stat.rates().bytesPerSecond()))
                .numbers("CALLERS", 1, StatDocument::callers)
                .table();
    }
}
