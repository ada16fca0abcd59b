package dev.weft.control.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.api.v1.Edge;
import dev.weft.api.v1.TapFilter;
import dev.weft.api.v1.TappedRequest;
import dev.weft.api.v1.TappedRequests;
import dev.weft.api.v1.Traffic;
import dev.weft.daemon.text.PlainText;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a hostile sidecar reports of its traffic: it is kept within bounds and can be shown, or is refused whole. */
class TrafficFuzzTest {
    private static final String API = "spiffe://cluster.local/ns/shop/sa/api";
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    /** Reports of one input, each from a part of it. */
    private static final int REPORTS = 4;

    @FuzzTest
    void anyEdgesAreKeptWithinTheirBoundsOrRefused(byte[] bytes) {
        SettableClock clock = new SettableClock(START);
        EdgeBook book = new EdgeBook(clock);
        for (int i = 0; i < REPORTS; i++) {
            clock.set(START.plus(Duration.ofSeconds(7).multipliedBy(i)));
            Traffic traffic;
            try {
                // The last one is as the first: what a sidecar reports again.
                int from = i == REPORTS - 1 ? 0 : bytes.length * i / REPORTS;
                traffic = Traffic.parseFrom(Arrays.copyOfRange(bytes, from, bytes.length));
            } catch (InvalidProtocolBufferException _) {
                continue;
            }
            EdgeBook.Weights before = book.weights();
            try {
                book.report("shop/api", API, traffic);
            } catch (IllegalArgumentException _) {
                assertThat(book.weights()).as("nothing is kept").isEqualTo(before);
            }
            check(book);
        }
    }

    private static void check(EdgeBook book) {
        EdgeBook.Weights weights = book.weights();
        assertThat(weights.keptEdges()).isEqualTo(weights.edges()).isLessThanOrEqualTo(EdgeBook.MAX_OCTETS_PER_PROXY);
        assertThat(weights.keptFormer()).isEqualTo(weights.former()).isLessThanOrEqualTo(EdgeBook.MAX_FORMER_PER_PROXY);
        assertThat(book.forgotten()).isNotNegative();
        for (EdgeBook.ProxyEdges proxy : book.all(Duration.ofMinutes(1))) {
            assertThat(proxy.edges()).hasSizeLessThanOrEqualTo(EdgeBook.MAX_PER_PROXY);
            proxy.edges().forEach(counted -> {
                assertCanBeShown(counted.edge());
                counted.window().ifPresent(window -> {
                    assertThat(window.getAdmitted()).isNotNegative();
                    assertThat(window.getRefused()).isNotNegative();
                });
            });
        }
    }

    private static void assertCanBeShown(Edge edge) {
        assertPlain(edge.getSpiffeId(), SpiffeId.MAX_LENGTH);
        for (String text : List.of(edge.getRefusalCode(), edge.getRefusalReason(), edge.getPolicy())) {
            assertPlain(text, EdgeCheck.MAX_TEXT);
        }
        assertThat(Instant.ofEpochSecond(edge.getLast()).toString()).matches("[0-9]{4}-.*Z");
        assertThat(edge.getRequestsCount()).isLessThanOrEqualTo(EdgeCheck.MAX_PROTOCOLS);
        edge.getRequestsList()
                .forEach(sums -> assertThat(PlainText.is(sums.getProtocol()))
                        .as("protocol")
                        .isTrue());
    }

    private static void assertPlain(String text, int most) {
        assertThat(text.length()).isLessThanOrEqualTo(most);
        assertThat(PlainText.is(text)).as(text).isTrue();
    }

    private static final class Heard implements Taps.Listener {
        private final List<TappedRequest> requests = new ArrayList<>();
        private long lost;

        @Override
        public void request(TappedRequest request) {
            requests.add(request);
        }

        @Override
        public void lost(long count) {
            lost += count;
        }
    }

    @FuzzTest
    void anyTappedRequestsReachWhoAskedForThemWithinTheirBoundsOrAreRefused(byte[] bytes) {
        TappedRequests tapped;
        try {
            tapped = TappedRequests.parseFrom(bytes);
        } catch (InvalidProtocolBufferException _) {
            return;
        }
        Taps taps = new Taps();
        Heard heard = new Heard();
        Heard other = new Heard();
        Runnable _ =
                taps.begin("shop/api", TapFilter.getDefaultInstance(), heard).orElseThrow();
        Runnable _ =
                taps.begin("shop/web", TapFilter.getDefaultInstance(), other).orElseThrow();
        int id = taps.of("shop/api").orElseThrow().getFilters(0).getId();
        try {
            taps.report("shop/api", tapped);
        } catch (IllegalArgumentException _) {
            assertThat(heard.requests).isEmpty();
            assertThat(heard.lost).isZero();
            return;
        }
        assertThat(heard.lost).isNotNegative();
        assertThat(heard.requests).hasSizeLessThanOrEqualTo(Taps.MAX_AT_ONCE).allSatisfy(request -> {
            assertThat(request.getFiltersList()).contains(id).hasSizeLessThanOrEqualTo(Taps.MAX_PER_WORKLOAD);
            assertThat(request.getPath().length()).isLessThanOrEqualTo(Taps.MAX_TEXT);
            assertThat(request.getFrom().length()).isLessThanOrEqualTo(SpiffeId.MAX_LENGTH);
            assertThat(request.getAddress().size()).isIn(0, 4, 16);
        });
        assertThat(other.requests).as("of another workload").isEmpty();
    }
}
