package dev.weft.control.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.EdgeWindow;
import dev.weft.api.v1.RequestSums;
import dev.weft.api.v1.Traffic;
import dev.weft.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How fast what proxies tell rises. */
final class EdgeRatesTest {

    private static final String API = "spiffe://cluster.local/ns/shop/sa/api";
    private static final String WEB = "spiffe://cluster.local/ns/shop/sa/web";
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SettableClock clock = new SettableClock(START);
    private final EdgeBook book = new EdgeBook(clock);

    private void at(int second) {
        clock.set(START.plusSeconds(second));
    }

    /** That many requests of the best kind, as told on a stream that stands. */
    private void told(long requests) {
        told(false, requests);
    }

    private void told(boolean first, long requests) {
        book.report(
                "shop/api",
                API,
                Traffic.newBuilder()
                        .setSince(START.getEpochSecond())
                        .setFirst(first)
                        .addEdges(Edge.newBuilder()
                                .setDirection(EdgeDirection.EDGE_DIRECTION_INBOUND)
                                .setSpiffeId(WEB)
                                .setPort(80)
                                .setAdmitted(requests / 10)
                                .addRequests(RequestSums.newBuilder()
                                        .setProtocol("http/1.1")
                                        .addAllByClass(List.of(0L, 0L, requests))
                                        .addAllLatency(List.of(0L, requests))))
                        .build());
    }

    private void toldNothingYet() {
        book.report(
                "shop/api",
                API,
                Traffic.newBuilder()
                        .setSince(START.getEpochSecond())
                        .setFirst(true)
                        .build());
    }

    private Optional<EdgeWindow> window(Duration window) {
        return book.all(window).getFirst().edges().getFirst().window();
    }

    private static long requests(EdgeWindow window) {
        return window.getRequests(0).getByClass(2);
    }

    /** A proxy drops the edge that was used least recently; if it is used again, its sums begin at 0. */
    @Test
    void anEdgeOfRequestsAloneThatBeganAgainCountsFromThere() {
        toldNothingYet();
        at(3);
        told(9);
        at(100);
        told(4);
        assertThat(requests(window(MINUTE).orElseThrow())).isEqualTo(4);
    }

    @Test
    void whatRisesEvenlyHasThatRate() {
        toldNothingYet();
        for (int second = 3; second <= 300; second += 3) {
            at(second);
            told(second * 20L);
        }
        for (Duration window : List.of(Duration.ofSeconds(10), MINUTE, Duration.ofMinutes(4))) {
            EdgeWindow seen = window(window).orElseThrow();
            assertThat(requests(seen) * 1000.0 / seen.getMillis())
                    .as("over %s", window)
                    .isBetween(15.0, 25.0);
            assertThat(seen.getRequests(0).getLatency(1)).isEqualTo(requests(seen));
            assertThat(Duration.ofMillis(seen.getMillis())).isLessThanOrEqualTo(window);
        }
    }

    @Test
    void theFirstRequestsOfAProxyThatHadToldOfNoneCount() {
        toldNothingYet();
        at(1000);
        told(30);
        at(1005);
        EdgeWindow seen = window(MINUTE).orElseThrow();
        assertThat(requests(seen)).isEqualTo(30);
        assertThat(seen.getMillis()).isEqualTo(60_000);
    }

    @Test
    void whatWasLongAgoCountsNoMore() {
        toldNothingYet();
        at(10);
        told(30);
        at(100);
        assertThat(requests(window(MINUTE).orElseThrow())).isZero();
        assertThat(requests(window(Duration.ofSeconds(95)).orElseThrow())).isEqualTo(30);
    }

    /** A control plane that has started, or a proxy that comes from another replica: what it counted before is not of this minute. */
    @Test
    void whatAProxyHadCountedBeforeItCameDoesNotCount() {
        at(1000);
        told(true, 5000);
        at(1003);
        told(5010);
        at(1006);
        EdgeWindow seen = window(MINUTE).orElseThrow();
        assertThat(requests(seen)).isEqualTo(10);
        assertThat(seen.getMillis()).as("as long as it is known").isEqualTo(6000);
        at(2000);
        told(true, 90_000);
        at(2010);
        assertThat(requests(window(MINUTE).orElseThrow())).isZero();
    }

    @Test
    void aProxyThatIsBackAtOnceGoesOn() {
        toldNothingYet();
        at(3);
        told(100);
        at(8);
        told(true, 160);
        at(10);
        assertThat(requests(window(MINUTE).orElseThrow())).isEqualTo(160);
    }

    @Test
    void aProxyThatForgotAnEdgeBeginsItAgain() {
        toldNothingYet();
        at(3);
        told(1000);
        at(300);
        told(20);
        at(303);
        assertThat(requests(window(MINUTE).orElseThrow())).isEqualTo(20);
    }

    private static Edge sentTo(int open, long requests) {
        return Edge.newBuilder()
                .setDirection(EdgeDirection.EDGE_DIRECTION_OUTBOUND)
                .setSpiffeId(API)
                .setPort(80)
                .setAdmitted(5 + open)
                .setOpen(open)
                .addRequests(RequestSums.newBuilder().setProtocol("http/1.1").addByClass(requests))
                .build();
    }

    /** An open connection counts at the peer that its requests go to now: it leaves one edge for another. */
    @Test
    void anOpenConnectionThatMovesToAnotherPeerDoesNotBeginTheEdgeAgain() {
        Traffic.Builder traffic =
                Traffic.newBuilder().setSince(START.getEpochSecond()).setFirst(true);
        book.report("shop/web", WEB, traffic.build());
        at(3);
        traffic.setFirst(false);
        book.report("shop/web", WEB, traffic.addEdges(sentTo(1, 1000)).build());
        at(300);
        book.report("shop/web", WEB, traffic.setEdges(0, sentTo(0, 1020)).build());
        at(303);
        EdgeWindow seen = window(MINUTE).orElseThrow();
        assertThat(seen.getRequests(0).getByClass(0)).isEqualTo(20);
        assertThat(seen.getAdmitted()).isZero();
    }

    @Test
    void withoutAWindowNothingIsToldOfIt() {
        toldNothingYet();
        at(3);
        told(10);
        assertThat(window(Duration.ZERO)).isEmpty();
    }

    @Test
    void refusesSumsThatNoProxyHas() {
        RequestSums tooMany = RequestSums.newBuilder()
                .addAllLatency(Collections.nCopies(20, 1L))
                .build();
        Edge edge = Edge.newBuilder()
                .setDirection(EdgeDirection.EDGE_DIRECTION_INBOUND)
                .setSpiffeId(WEB)
                .addRequests(tooMany)
                .build();
        assertThatThrownBy(() -> EdgeCheck.check(edge))
                .hasMessage("traffic: 20 buckets of latency (expected: at most 19)");
        assertThatThrownBy(() -> EdgeCheck.check(edge.toBuilder()
                        .clearRequests()
                        .addAllRequests(Collections.nCopies(5, RequestSums.getDefaultInstance()))
                        .build()))
                .hasMessage("traffic: 5 protocols (expected: at most 4)");
    }
}
