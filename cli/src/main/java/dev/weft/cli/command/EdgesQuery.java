package dev.weft.cli.command;

import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.observe.ObservationClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The options of the commands about edges: which mesh to ask, and about which workloads. */
final class EdgesQuery {

    @Parameters(arity = "0..1", paramLabel = "WORKLOAD", description = "namespace/name, or name when it is unique.")
    private @Nullable String workload;

    @Mixin
    private MeshOrClusterOption meshOption = new MeshOrClusterOption();

    @Mixin
    private SelectedWorkloadsOption listed = new SelectedWorkloadsOption();

    /** Refuses options that exclude each other (WEFT-L100). */
    void check() {
        listed.check(workload);
    }

    Mesh mesh(Session session) throws IOException {
        return meshOption.mesh(session);
    }

    /** Lets the mesh repeat the questions that it asked when it was opened. */
    void refresh() {
        meshOption.refresh();
    }

    /** Whether the workloads of all namespaces were asked for, whatever their labels. */
    boolean isOfWholeMesh() {
        return workload == null && listed.isOfAll();
    }

    boolean namesWorkload() {
        return workload != null;
    }

    /** Returns the named workload; empty if none was named. Fails if the named namespace has no workload. */
    Optional<Member> named(Session session, Mesh mesh) throws IOException {
        if (workload == null) {
            var _ = listed.namespace().of(session, mesh, mesh.members());
            return Optional.empty();
        }
        return Optional.of(Workloads.find(session, mesh, listed.namespace(), workload));
    }

    Stream<Member> meshed(Session session, Mesh mesh) throws IOException {
        return listed.of(session, mesh).stream().filter(Member::meshed);
    }

    Predicate<String> labels(Mesh mesh) {
        return listed.selected(mesh);
    }

    ListEdgesResponse ask(Operator operator, Duration window, Optional<Member> only) {
        return ObservationClient.edges(
                operator,
                window,
                only.map(Member::workload).orElse(""),
                listed.namespace().given());
    }

    /**
     * Returns the edges that were asked for: of the named workload those that its own sidecar counts, else of each pair
     * one edge.
     */
    Stream<ObservedEdge> edges(ListEdgesResponse response, Optional<Member> only, Predicate<String> labels) {
        return response.getEdgesList().stream()
                .filter(edge -> only.map(member -> member.workload().equals(edge.getWorkload()))
                        .orElseGet(() -> !isCountedByPeer(edge)))
                .filter(edge -> listed.namespace().has(edge.getWorkload()))
                .filter(edge -> labels.test(edge.getWorkload()) || labels.test(edge.getPeerName()));
    }

    /** Whether the called workload's sidecar counts the same edge. */
    private static boolean isCountedByPeer(ObservedEdge edge) {
        return edge.getPeerCounts() && edge.getEdge().getDirection() == EdgeDirection.EDGE_DIRECTION_OUTBOUND;
    }
}
