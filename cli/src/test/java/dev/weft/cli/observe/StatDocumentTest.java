package dev.weft.cli.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.EdgeWindow;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.api.v1.RequestSums;
import dev.weft.cli.command.Printed;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StatDocumentTest {

    private static List<StatDocument> stats() {
        ListEdgesResponse response =
                ListEdgesResponse.newBuilder().addAllEdges(SampleEdges.all()).build();
        return StatDocument.of(response, List.of("shop/web", "shop/api"));
    }

    @Test
    void sumsUpWhatComesIn() {
        StatDocument api = stats().getFirst();
        assertThat(api.workload()).isEqualTo("shop/api");
        assertThat(api.callers()).as("whom it calls is no caller").isOne();
        assertThat(api.rates().requestsPerSecond()).isEqualTo(2.2);
        assertThat(api.rates().refusedPerSecond()).isEqualTo(0.2);
        assertThat(api.rates().success()).isEqualTo(0.99);
        assertThat(api.rates().connectionsPerSecond()).isEqualTo(0.2);
        assertThat(api.rates().bytesPerSecond()).isEqualTo(2000);
        StatDocument web = stats().getLast();
        assertThat(web.callers()).isZero();
        assertThat(web.rates().windowSeconds()).isNull();
    }

    private static ObservedEdge.Builder sent(String caller, String address, long requests) {
        RequestSums.Builder sums = RequestSums.newBuilder()
                .setProtocol("http/1.1")
                .addAllByClass(List.of(0L, 0L, requests))
                .addAllLatency(List.of(0L, 0L, requests));
        return ObservedEdge.newBuilder()
                .setWorkload("shop/" + caller)
                .setIdentity("spiffe://cluster.local/ns/shop/sa/" + caller)
                .setEdge(Edge.newBuilder()
                        .setDirection(EdgeDirection.EDGE_DIRECTION_OUTBOUND)
                        .setAddress(ByteString.copyFrom(
                                InetAddress.ofLiteral(address).getAddress()))
                        .setPort(80)
                        .setOpen(1)
                        .addRequests(sums))
                .setWindow(EdgeWindow.newBuilder().setMillis(10_000).addRequests(sums));
    }

    private static ObservedEdge.Builder sentToPeer(String spiffeId) {
        ObservedEdge.Builder sent = sent("web", "10.0.0.9", 30);
        return sent.setEdge(sent.getEdge().toBuilder().setSpiffeId(spiffeId));
    }

    private static List<StatDocument> outside(ObservedEdge.Builder... edges) {
        ListEdgesResponse.Builder response = ListEdgesResponse.newBuilder().addAllEdges(SampleEdges.all());
        List.of(edges).forEach(response::addEdges);
        return StatDocument.outside(response.build());
    }

    @Test
    void aDestinationWithoutASidecarIsWhatItsCallersCount() {
        StatDocument legacy = outside(
                        sent("web", "10.0.0.9", 30).setPeerName("shop/legacy"),
                        sent("api", "10.0.0.9", 10).setPeerName("shop/legacy"),
                        sent("api", "10.0.0.10", 0))
                .getFirst();
        assertThat(legacy.workload()).isEqualTo("shop/legacy");
        assertThat(legacy.countedBy()).isEqualTo("callers");
        assertThat(legacy.callers()).isEqualTo(2);
        assertThat(legacy.open()).isEqualTo(2);
        assertThat(legacy.rates().requestsPerSecond()).isEqualTo(4);
    }

    @Test
    void whoeverHasASidecarAndWhatNothingReachedIsNoOutsideDestination() {
        assertThat(outside(
                        sentToPeer("spiffe://b.example/ns/pay/sa/bank"),
                        sentToPeer("spiffe://cluster.local/ns/shop/sa/silent"),
                        sent("web", "10.0.0.11", 0)))
                .isEmpty();
    }

    @Test
    void aServiceWithEndpointsWithoutASidecarCountsBesideTheWorkloadOfItsName() {
        assertThat(outside(sent("web", "10.96.0.9", 30).setPeerName("shop/api")))
                .singleElement()
                .satisfies(api -> {
                    assertThat(api.workload()).isEqualTo("shop/api");
                    assertThat(api.rates().requestsPerSecond()).isEqualTo(3);
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 140})
    void marksWhatHasNoSidecar(int columns) {
        List<StatDocument> all = new ArrayList<>(stats());
        all.addAll(outside(sent("web", "93.184.215.14", 30)));
        Printed printed = new Printed(columns);
        StatDocument.print(printed.screen(), all);
        assertThat(printed.out())
                .contains("93.184.215.14 *    3.0     100%")
                .contains("shop/api           2.2")
                .contains("* no sidecar: counted by the sidecars of the callers\n");
        assertThat(printed.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
        assertThat(StatDocument.names(all)).containsExactly("shop/api", "shop/web");
    }

    @Test
    void ofManyDestinationsWithoutASidecarTheBusiestAreShown() {
        List<StatDocument> all = new ArrayList<>(stats());
        for (int i = 1; i <= 300; i++) {
            all.addAll(outside(sent("web", "203.0." + i / 100 + "." + i % 100, i)));
        }
        Printed printed = new Printed(100);
        StatDocument.print(printed.screen(), all);
        assertThat(printed.out())
                .contains("203.0.3.0 *", "203.0.2.81 *", "shop/web")
                .doesNotContain("203.0.2.80")
                .contains("\nand 280 more without a sidecar that are less busy: -o json has them\n");
        assertThat(printed.out().lines().filter(line -> line.contains(" * "))).hasSize(StatDocument.MOST_OUTSIDE);
    }

    @Test
    void isATable() {
        Printed printed = new Printed();
        printed.screen().table(StatDocument.table(stats()));
        assertThat(printed.out()).isEqualTo("""
            WORKLOAD  REQ/S  SUCCESS    P50   P95   P99  REFUSED/S  CONN/S  OPEN  BYTES/S  CALLERS
            shop/api    2.2   99.00%  1.6ms  37ms  59ms       0.20    0.20     1  1.9 KiB        1
            shop/web      -        -      -     -     -          -       -     0        -        0
            """);
    }

    @Test
    void fitsATerminalOf80Columns() {
        Printed printed = new Printed(80);
        printed.screen().table(StatDocument.table(stats()));
        assertThat(printed.out()).isEqualTo("""
            WORKLOAD  REQ/S  SUCCESS    P50   P95   P99  REFUSED/S  CONN/S  OPEN  BYTES/S
            shop/api    2.2   99.00%  1.6ms  37ms  59ms       0.20    0.20     1  1.9 KiB
            shop/web      -        -      -     -     -          -       -     0        -
            not shown (terminal too narrow): CALLERS
            """);
    }
}
