package dev.weft.control.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.Traffic;
import dev.weft.control.observe.EdgeBook.ProxyEdges;
import dev.weft.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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
        book.told("shop/api", API, since(1, calledBy(WEB, 3)));
        book.told("shop/api", API, since(1, calledBy(WEB, 3)));
        book.told("shop/api", API, since(1, calledBy(API, 1)));
        book.told("shop/api", API, since(1, calledBy(WEB, 5)));
        assertThat(admitted()).containsExactly(1L, 5L);
    }

    @Test
    void aProxyThatBeginsToCountAgainTakesThePlaceOfWhatItToldBefore() {
        book.told("shop/api", API, since(1, calledBy(WEB, 3), calledBy(API, 1)));
        book.told("shop/api", API, since(2, calledBy(WEB, 1)));
        assertThat(admitted()).containsExactly(1L);
    }

    @Test
    void whatWasToldAnHourAgoIsForgotten() {
        book.told("shop/api", API, since(1, calledBy(WEB, 3)));
        clock.set(START.plus(EdgeBook.KEPT));
        assertThat(admitted()).containsExactly(3L);
        clock.set(START.plus(EdgeBook.KEPT).plusSeconds(1));
        assertThat(book.all(Duration.ZERO)).isEmpty();
    }

    @Test
    void oneProxyHasNoMoreThanItsShare() {
        Traffic.Builder flood = Traffic.newBuilder().setSince(1);
        IntStream.range(0, EdgeBook.MAX_PER_PROXY + 10)
                .forEach(port -> flood.addEdges(calledBy(WEB, 1).setPort(port)));
        book.told("shop/api", API, flood.build());
        assertThat(admitted()).hasSize(EdgeBook.MAX_PER_PROXY);
        assertThat(book.forgotten()).isEqualTo(10);
    }

    @Test
    void refusesWhatCannotBeAnEdge() {
        assertThatThrownBy(() -> book.told("shop/api", API, since(1, calledBy("", 1))))
                .hasMessage("traffic: an edge without a peer (expected: spiffe_id or address)");
        assertThatThrownBy(() -> book.told(
                        "shop/api", API, since(1, calledBy(WEB, 1).setAddress(ByteString.copyFrom(new byte[5])))))
                .hasMessage("traffic: address of 5 octets (expected: 4 or 16)");
        assertThatThrownBy(() ->
                        book.told("shop/api", API, since(1, calledBy(WEB, 1).clearDirection())))
                .hasMessage("traffic: an edge without a direction (expected: inbound or outbound)");
        assertThatThrownBy(() -> book.told(
                        "shop/api",
                        API,
                        since(1, calledBy(WEB, 1).setRefusalReason("x".repeat(EdgeCheck.MAX_TEXT + 1)))))
                .hasMessage("traffic: a text of 513 characters (expected: at most 512)");
        assertThat(book.all(Duration.ZERO)).isEmpty();
    }
}
