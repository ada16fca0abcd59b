package dev.weft.control.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeWindow;
import dev.weft.api.v1.ListEdgesRequest;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.api.v1.RequestSums;
import java.util.Collections;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many edges an operator is shown. */
final class SelectedEdgesTest {

    private static ObservedEdge.Builder edge(String workload, long requests) {
        return ObservedEdge.newBuilder()
                .setWorkload(workload)
                .setEdge(Edge.newBuilder().setRefusalReason("x".repeat(500)))
                .setWindow(EdgeWindow.newBuilder()
                        .addRequests(RequestSums.newBuilder().addByClass(requests)));
    }

    @Test
    void theBusiestAreShownInTheirOrderAndTheRestIsCounted() {
        ListEdgesResponse all = ListEdgesResponse.newBuilder()
                .addEdges(edge("shop/a", 1))
                .addEdges(edge("shop/b", 9))
                .addEdges(edge("shop/c", 2))
                .addEdges(edge("shop/d", 7))
                .addSilent("shop/e")
                .build();
        ListEdgesResponse shown = SelectedEdges.fitting(all, 1300);
        assertThat(shown.getEdgesList()).extracting(ObservedEdge::getWorkload).containsExactly("shop/b", "shop/d");
        assertThat(shown.getLeftOut()).isEqualTo(2);
        assertThat(shown.getSilentList()).containsExactly("shop/e");
        assertThat(shown.getSerializedSize()).isLessThanOrEqualTo(1300);
        assertThat(SelectedEdges.fitting(all, all.getSerializedSize())).isEqualTo(all);
    }

    @Test
    void anAnswerAboutALargeMeshFitsTheChannel() {
        ListEdgesResponse.Builder all = ListEdgesResponse.newBuilder();
        IntStream.range(0, 40_000).forEach(i -> all.addEdges(edge("shop/api-" + i, i)));
        assertThat(all.build().getSerializedSize()).isGreaterThan(16 * 1024 * 1024);
        ListEdgesResponse shown = SelectedEdges.of(all.build(), ListEdgesRequest.getDefaultInstance());
        assertThat(shown.getSerializedSize()).isBetween(SelectedEdges.MAX_OCTETS * 9 / 10, SelectedEdges.MAX_OCTETS);
        assertThat(shown.getLeftOut() + shown.getEdgesCount()).isEqualTo(40_000);
    }

    @Test
    void onlyThoseThatWereAskedForAreShown() {
        ListEdgesResponse all = ListEdgesResponse.newBuilder()
                .addAllEdges(Collections.nCopies(2, edge("shop/api", 1).build()))
                .addEdges(edge("shop/web", 1))
                .addEdges(edge("shopping/api", 1))
                .build();
        assertThat(SelectedEdges.of(
                                all,
                                ListEdgesRequest.newBuilder()
                                        .setNamespace("shop")
                                        .build())
                        .getEdgesList())
                .extracting(ObservedEdge::getWorkload)
                .containsExactly("shop/api", "shop/api", "shop/web");
        assertThat(SelectedEdges.of(
                                all,
                                ListEdgesRequest.newBuilder()
                                        .setWorkload("shop/web")
                                        .build())
                        .getEdgesList())
                .extracting(ObservedEdge::getWorkload)
                .containsExactly("shop/web");
        assertThat(SelectedEdges.of(all, ListEdgesRequest.getDefaultInstance())).isEqualTo(all);
    }
}
