package dev.weft.control.observe;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.ListEdgesRequest;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.control.observe.EdgeBook.CountedEdge;
import dev.weft.control.observe.EdgeBook.ProxyEdges;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Collects the edges known to this replica, and merges those of several replicas. */
final class ObservedEdges {

    private static final Comparator<ObservedEdge> ORDER = Comparator.comparing(ObservedEdge::getWorkload)
            .thenComparing(
                    ObservedEdge::getEdge,
                    Comparator.comparingInt(Edge::getDirectionValue)
                            .thenComparing(Edge::getSpiffeId)
                            .thenComparing(edge -> edge.getAddress().toStringUtf8())
                            .thenComparingInt(Edge::getPort));

    private ObservedEdges() {}

    /** Returns the edges that proxies report to this replica. */
    static ListEdgesResponse here(ObservedMesh mesh, ListEdgesRequest request) {
        Duration window = Duration.ofMillis(Integer.toUnsignedLong(request.getWindowMillis()));
        List<ProxyEdges> proxies =
                mesh.edges().all(window.compareTo(EdgeHistory.LONGEST) < 0 ? window : EdgeHistory.LONGEST);
        Set<String> silent = new TreeSet<>(mesh.workloads());
        ListEdgesResponse.Builder response =
                ListEdgesResponse.newBuilder().setForgotten(mesh.edges().forgotten());
        for (ProxyEdges proxy : proxies) {
            if (!proxy.edges().isEmpty()) {
                silent.remove(proxy.workload());
            }
            proxy.edges().forEach(edge -> response.addEdges(observed(mesh, proxy, edge)));
        }
        return response.addAllSilent(silent).build();
    }

    private static ObservedEdge observed(ObservedMesh mesh, ProxyEdges proxy, CountedEdge counted) {
        ObservedEdge.Builder observed = ObservedEdge.newBuilder()
                .setWorkload(proxy.workload())
                .setIdentity(proxy.identity())
                .setSince(proxy.since().getEpochSecond())
                .setTold(proxy.reportedAt().toEpochMilli())
                .setEdge(counted.edge())
                .setPeerName(name(mesh, counted.edge()));
        counted.window().ifPresent(observed::setWindow);
        return observed.build();
    }

    private static String name(ObservedMesh mesh, Edge edge) {
        if (!edge.hasAddress()) {
            return "";
        }
        try {
            return mesh.nameOf(InetAddress.getByAddress(edge.getAddress().toByteArray()))
                    .orElse("");
        } catch (UnknownHostException e) {
            throw new IllegalStateException(
                    "an address that was checked when it was reported: " + edge.getAddress(), e);
        }
    }

    /**
     * Merges the answers of several replicas. If a proxy has reported to more than one, its latest report counts.
     *
     * @param missing names of the replicas that did not answer
     */
    static ListEdgesResponse together(List<ListEdgesResponse> answers, List<String> missing) {
        ListEdgesResponse.Builder response = ListEdgesResponse.newBuilder().addAllMissingReplicas(missing);
        Map<String, Map<Long, List<ObservedEdge>>> byWorkload = new TreeMap<>();
        Map<String, Integer> silent = new TreeMap<>();
        long forgotten = 0;
        for (ListEdgesResponse answer : answers) {
            forgotten += answer.getForgotten();
            answer.getSilentList().forEach(workload -> silent.merge(workload, 1, Integer::sum));
            answer.getEdgesList()
                    .forEach(edge -> byWorkload
                            .computeIfAbsent(edge.getWorkload(), _ -> new HashMap<>())
                            .computeIfAbsent(edge.getTold(), _ -> new ArrayList<>())
                            .add(edge));
        }
        List<ObservedEdge> edges = new ArrayList<>();
        byWorkload
                .values()
                .forEach(told -> edges.addAll(new TreeMap<>(told).lastEntry().getValue()));
        Set<String> telling = new HashSet<>();
        edges.forEach(edge -> telling.add(edge.getIdentity()));
        edges.stream()
                .sorted(ORDER)
                .map(edge -> edge.toBuilder()
                        .setPeerCounts(telling.contains(edge.getEdge().getSpiffeId())))
                .forEach(response::addEdges);
        silent.keySet().removeAll(byWorkload.keySet());
        return response.setForgotten(forgotten).addAllSilent(silent.keySet()).build();
    }
}
