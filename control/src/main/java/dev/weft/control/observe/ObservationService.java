package dev.weft.control.observe;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.ListEdgesRequest;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ObservationOperatorGrpc;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.control.observe.EdgeBook.ProxyEdges;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Answers operators who ask what the mesh is seen to do. */
public final class ObservationService extends ObservationOperatorGrpc.ObservationOperatorImplBase {

    private static final Comparator<Edge> BY_PEER = Comparator.comparingInt(Edge::getDirectionValue)
            .thenComparing(Edge::getSpiffeId)
            .thenComparing(edge -> edge.getAddress().toStringUtf8())
            .thenComparingInt(Edge::getPort);

    private final EdgeBook edges;
    private final Supplier<Set<String>> workloads;
    private final Function<InetAddress, Optional<String>> names;

    /**
     * Serves what this book has.
     *
     * @param workloads the meshed workloads, {@code namespace/name}
     * @param names what has an address, {@code namespace/name}
     */
    public ObservationService(
            EdgeBook edges, Supplier<Set<String>> workloads, Function<InetAddress, Optional<String>> names) {
        this.edges = edges;
        this.workloads = workloads;
        this.names = names;
    }

    @Override
    public void listEdges(ListEdgesRequest request, StreamObserver<ListEdgesResponse> responses) {
        List<ProxyEdges> proxies = edges.all();
        Set<String> telling = proxies.stream().map(ProxyEdges::identity).collect(Collectors.toCollection(HashSet::new));
        Set<String> silent = new TreeSet<>(workloads.get());
        proxies.forEach(proxy -> silent.remove(proxy.workload()));
        ListEdgesResponse.Builder response =
                ListEdgesResponse.newBuilder().setForgotten(edges.forgotten()).addAllSilent(silent);
        for (ProxyEdges proxy : proxies) {
            proxy.edges().stream()
                    .sorted(BY_PEER)
                    .forEach(edge -> response.addEdges(ObservedEdge.newBuilder()
                            .setWorkload(proxy.workload())
                            .setIdentity(proxy.identity())
                            .setSince(proxy.since().getEpochSecond())
                            .setEdge(edge)
                            .setPeerName(name(edge))
                            .setPeerCounts(!edge.hasAddress() && telling.contains(edge.getSpiffeId()))));
        }
        responses.onNext(response.build());
        responses.onCompleted();
    }

    private String name(Edge edge) {
        if (!edge.hasAddress()) {
            return "";
        }
        try {
            return names.apply(InetAddress.getByAddress(edge.getAddress().toByteArray()))
                    .orElse("");
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address that was checked when it was told: " + edge.getAddress(), e);
        }
    }
}
