package dev.weft.control.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.RequestSums;
import dev.weft.api.v1.Traffic;
import dev.weft.control.observe.EdgeBook.ProxyEdges;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EdgeBookTest {

    private static final String API = "spiffe://cluster.local/ns/shop/sa/api";
    private static final String WEB = "spiffe://cluster.local/ns/shop/sa/web";
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final SettableClock clock = new SettableClock(START);
    private final EdgeBook book = new EdgeBook(clock);

    private static Edge.Builder calledBy(String peer, long admitted) {
        return Edge.newBuilder()
                .setDirection(EdgeDirection.EDGE_DIRECTION_INBOUND)
                .setSpiffeId(peer)
                .setPort(8080)
                .setAdmitted(admitted);
    }

    private static Traffic since(long since, Edge.Builder... edges) {
        Traffic.Builder traffic = Traffic.newBuilder().setSince(since);
        List.of(edges).forEach(traffic::addEdges);
        return traffic.build();
    }

    private List<Long> admitted() {
        return book.all(Duration.ZERO).stream()
                .map(ProxyEdges::edges)
                .flatMap(List::stream)
                .map(counted -> counted.edge().getAdmitted())
                .sorted()
                .toList();
    }

    @Test
    void whatIsToldTwiceCountsOnce() {
        book.report("shop/api", API, since(1, calledBy(WEB, 3)));
        book.report("shop/api", API, since(1, calledBy(WEB, 3)));
        book.report("shop/api", API, since(1, calledBy(API, 1)));
        book.report("shop/api", API, since(1, calledBy(WEB, 5)));
        assertThat(admitted()).containsExactly(1L, 5L);
    }

    @Test
    void aProxyThatBeginsToCountAgainTakesThePlaceOfWhatItToldBefore() {
        book.report("shop/api", API, since(1, calledBy(WEB, 3), calledBy(API, 1)));
        book.report("shop/api", API, since(2, calledBy(WEB, 1)));
        assertThat(admitted()).containsExactly(1L);
    }

    @Test
    void whatWasToldAnHourAgoIsForgotten() {
        book.report("shop/api", API, since(1, calledBy(WEB, 3)));
        clock.set(START.plus(EdgeBook.KEPT));
        assertThat(admitted()).containsExactly(3L);
        clock.set(START.plus(EdgeBook.KEPT).plusSeconds(1));
        assertThat(book.all(Duration.ZERO)).isEmpty();
    }

    @Test
    void aReportMakesRoomForItself() {
        book.report("shop/api", API, since(1, calledBy(WEB, 3)));
        int one = book.weights().edges();
        clock.set(START.plus(EdgeBook.KEPT));
        book.report("shop/web", WEB, since(1, calledBy(API, 1)));
        clock.set(START.plus(EdgeBook.KEPT).plusSeconds(1));
        book.report("shop/web", WEB, since(1, calledBy(API, 2)));
        assertThat(book.weights().edges()).as("that of shop/web alone").isEqualTo(one);
    }

    @Test
    void oneProxyHasNoMoreThanItsShare() {
        Traffic.Builder flood = Traffic.newBuilder().setSince(1);
        IntStream.range(0, EdgeBook.MAX_PER_PROXY + 10)
                .forEach(port -> flood.addEdges(calledBy(WEB, 1).setPort(port)));
        book.report("shop/api", API, flood.build());
        assertThat(admitted()).hasSize(EdgeBook.MAX_PER_PROXY);
        assertThat(book.forgotten()).isEqualTo(10);
        book.report("shop/api", API, flood.build());
        assertThat(book.forgotten())
                .as("each edge once, however often it is reported")
                .isEqualTo(10);
        clock.set(START.plus(EdgeBook.KEPT).plusSeconds(1));
        assertThat(book.all(Duration.ZERO)).isEmpty();
        assertThat(book.forgotten()).as("known as little as its other edges").isZero();
    }

    @Test
    void anEdgeThatHasRoomAgainIsNotForgotten() {
        tellsFull("shop/api", EdgeBook.MAX_PER_PROXY, 1);
        long forgotten = book.forgotten();
        assertThat(forgotten).isPositive();
        Traffic.Builder shorter = Traffic.newBuilder().setSince(START.getEpochSecond());
        IntStream.range(0, EdgeBook.MAX_PER_PROXY)
                .forEach(port -> shorter.addEdges(
                        calledBy("x".repeat(SpiffeId.MAX_LENGTH), 2).setPort(port)));
        book.report("shop/api", API, shorter.build());
        assertThat(book.forgotten()).isLessThan(forgotten);
        assertThat(book.forgotten() + admitted().size()).isEqualTo(EdgeBook.MAX_PER_PROXY);
    }

    @Test
    void noNumberOfForgottenEdgesOverflows() {
        for (String workload : List.of("shop/api", "shop/web")) {
            book.report(
                    workload,
                    API,
                    since(1, calledBy(WEB, 1)).toBuilder()
                            .setForgotten(Long.MAX_VALUE)
                            .build());
        }
        assertThat(book.forgotten()).isPositive();
    }

    @Test
    void refusesWhatCannotBeAnEdge() {
        assertThatThrownBy(() -> book.report("shop/api", API, since(1, calledBy("", 1))))
                .hasMessage("traffic: an edge without a peer (expected: spiffe_id or address)");
        assertThatThrownBy(() -> book.report(
                        "shop/api", API, since(1, calledBy(WEB, 1).setAddress(ByteString.copyFrom(new byte[5])))))
                .hasMessage("traffic: address of 5 octets (expected: 4 or 16)");
        assertThatThrownBy(() ->
                        book.report("shop/api", API, since(1, calledBy(WEB, 1).clearDirection())))
                .hasMessage("traffic: an edge without a direction (expected: inbound or outbound)");
        assertThatThrownBy(() -> book.report(
                        "shop/api",
                        API,
                        since(1, calledBy(WEB, 1).setRefusalReason("x".repeat(EdgeCheck.MAX_TEXT + 1)))))
                .hasMessage("traffic: 513 characters of a text (expected: at most 512)");
        assertThatThrownBy(() -> book.report("shop/api", API, since(1, calledBy("x".repeat(2049), 1))))
                .hasMessage("traffic: 2049 characters of a SPIFFE ID (expected: at most 2048)");
        assertThat(book.all(Duration.ZERO)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b", "\n", "\u007f", "\u0085", "\u009b", "\u200f", "\u2028", "\u202e", "\u2069"})
    void refusesTextThatSteersATerminal(String character) {
        Map<String, Edge.Builder> edges = Map.of(
                "spiffe_id",
                calledBy(WEB + character, 1),
                "policy",
                calledBy(WEB, 1).setPolicy("shop/" + character),
                "refusal_code",
                calledBy(WEB, 1).setRefusalCode(character + "[2J"),
                "protocol",
                calledBy(WEB, 1).addRequests(RequestSums.newBuilder().setProtocol("grpc" + character)));
        edges.forEach((field, edge) -> assertThatThrownBy(
                        () -> book.report("shop/api", API, since(1, calledBy(API, 1), edge)))
                .hasMessage("traffic: a control character in " + field + " (expected: none)"));
        assertThat(book.all(Duration.ZERO)).isEmpty();
    }

    @Test
    void aReasonThatRepeatsWhatAPeerSaidIsKeptWithoutItsControlCharacters() {
        book.report("shop/api", API, since(1, calledBy(WEB, 1).setRefusalReason("a\u009b2J\u202eb\nc")));
        assertThat(book.all(Duration.ZERO))
                .flatExtracting(ProxyEdges::edges)
                .extracting(counted -> counted.edge().getRefusalReason())
                .containsExactly("a?2J?b?c");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 253_402_300_800L, Long.MAX_VALUE})
    void refusesTimesThatCannotBeShown(long second) {
        assertThatThrownBy(() ->
                        book.report("shop/api", API, since(1, calledBy(WEB, 1).setLast(second))))
                .hasMessage("traffic: last " + second + " (expected: seconds since the epoch, from 0 to 253402300799)");
        assertThatThrownBy(() -> book.report("shop/api", API, since(second, calledBy(WEB, 1))))
                .hasMessage(
                        "traffic: since " + second + " (expected: seconds since the epoch, from 0 to 253402300799)");
        assertThat(book.all(Duration.ZERO)).isEmpty();
        book.report("shop/api", API, since(0, calledBy(WEB, 1).setLast(253_402_300_799L)));
        assertThat(admitted()).containsExactly(1L);
    }

    /** A peer of another trust domain chooses the length of its own. */
    @Test
    void keepsAnEdgeOfThePeerWithTheLongestSpiffeId() {
        book.report("shop/api", API, since(1, calledBy("x".repeat(SpiffeId.MAX_LENGTH), 1)));
        assertThat(admitted()).containsExactly(1L);
    }

    /** An edge that is as long as {@link EdgeCheck} lets it be. */
    private static Edge.Builder full(int port, long admitted) {
        RequestSums sums = RequestSums.newBuilder()
                .setProtocol("p".repeat(16))
                .addAllByClass(Collections.nCopies(6, admitted))
                .addAllLatency(Collections.nCopies(19, admitted))
                .build();
        String text = "x".repeat(EdgeCheck.MAX_TEXT);
        return calledBy("x".repeat(SpiffeId.MAX_LENGTH), admitted)
                .setPort(port)
                .setRefusalCode(text)
                .setRefusalReason(text)
                .setPolicy(text)
                .addAllRequests(Collections.nCopies(EdgeCheck.MAX_PROTOCOLS, sums));
    }

    private void tellsFull(String workload, int edges, long admitted) {
        Traffic.Builder traffic = Traffic.newBuilder().setSince(START.getEpochSecond());
        IntStream.range(0, edges).forEach(port -> traffic.addEdges(full(port, admitted)));
        book.report(workload, API, traffic.build());
    }

    @Test
    void oneProxyTakesNoMoreMemoryThanItsShareHoweverLongItsTexts() {
        for (int report = 1; report <= 40; report++) {
            clock.set(START.plusSeconds(11L * report));
            tellsFull("shop/api", EdgeBook.MAX_PER_PROXY, report);
        }
        EdgeBook.Weights weights = book.weights();
        assertThat(weights.edges()).isBetween(EdgeBook.MAX_OCTETS_PER_PROXY / 2, EdgeBook.MAX_OCTETS_PER_PROXY);
        assertThat(weights.former()).isBetween(EdgeBook.MAX_FORMER_PER_PROXY / 2, EdgeBook.MAX_FORMER_PER_PROXY);
        assertThat(weights.keptEdges()).isEqualTo(weights.edges());
        assertThat(weights.keptFormer()).isEqualTo(weights.former());
        assertThat(book.forgotten()).isPositive();
        clock.set(clock.instant().plus(EdgeBook.KEPT).plusSeconds(1));
        assertThat(book.all(Duration.ZERO)).isEmpty();
        assertThat(book.weights()).isEqualTo(new EdgeBook.Weights(0, 0, 0, 0));
    }

    @Test
    void allProxiesTogetherTakeNoMoreMemoryThanThereIs() {
        for (int report = 1; report <= 4; report++) {
            clock.set(START.plusSeconds(11L * report));
            for (int proxy = 0; proxy < 80; proxy++) {
                tellsFull("shop/api-" + proxy, 200, report);
            }
        }
        EdgeBook.Weights weights = book.weights();
        assertThat(weights.edges()).isBetween(EdgeBook.MAX_OCTETS / 2, EdgeBook.MAX_OCTETS);
        assertThat(weights.former()).isBetween(EdgeBook.MAX_FORMER / 2, EdgeBook.MAX_FORMER);
        assertThat(weights.keptEdges()).isEqualTo(weights.edges());
        assertThat(weights.keptFormer()).isEqualTo(weights.former());
    }

    @Test
    void whatIsRememberedOfThePastHasNoTexts() {
        EdgeHistory history = new EdgeHistory(full(1, 1).build(), START, START);
        history.add(full(1, 2).build(), START.plusSeconds(20));
        Edge before = history.at(START.plusSeconds(15)).sums();
        assertThat(before.getAdmitted()).isEqualTo(1);
        assertThat(before.getSpiffeId() + before.getRefusalCode() + before.getRefusalReason() + before.getPolicy())
                .isEmpty();
    }
}
