package dev.weft.control.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.TapFilter;
import dev.weft.api.v1.TappedRequest;
import dev.weft.api.v1.TappedRequests;
import dev.weft.identity.spiffe.SpiffeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TapsTest {

    private static final String API = "shop/api";

    private final Taps taps = new Taps();
    private final List<String> changed = new ArrayList<>();

    private static final class Heard implements Taps.Listener {
        private final List<String> paths = new ArrayList<>();
        private long lost;

        @Override
        public void request(TappedRequest request) {
            paths.add(request.getPath());
        }

        @Override
        public void lost(long count) {
            lost += count;
        }
    }

    private static TappedRequests told(TappedRequest.Builder... requests) {
        TappedRequests.Builder told = TappedRequests.newBuilder();
        List.of(requests).forEach(told::addRequests);
        return told.build();
    }

    private static TappedRequest.Builder request(String path, int... filters) {
        TappedRequest.Builder request = TappedRequest.newBuilder().setPath(path);
        for (int filter : filters) {
            request.addFilters(filter);
        }
        return request;
    }

    @Test
    void eachIsToldWhatTheProxySaysIsForThem() {
        Heard one = new Heard();
        Heard two = new Heard();
        var _ = taps.begin(API, TapFilter.newBuilder().setMethod("GET").build(), one)
                .orElseThrow();
        var _ = taps.begin(API, TapFilter.getDefaultInstance(), two).orElseThrow();
        List<TapFilter> filters = taps.of(API).orElseThrow().getFiltersList();
        int first = filters.get(0).getId();
        int second = filters.get(1).getId();
        taps.report(API, told(request("/a", first, second), request("/b", second)));
        taps.report("shop/web", told(request("/of-another-workload", first)));
        assertThat(one.paths).containsExactly("/a");
        assertThat(two.paths).containsExactly("/a", "/b");
        taps.report(API, TappedRequests.newBuilder().setLost(3).build());
        assertThat(one.lost).isEqualTo(3);
    }

    /** A peer of another trust domain chooses its length: it must not cut the called sidecar off. */
    @Test
    void everySpiffeIdIsTaken() {
        Heard heard = new Heard();
        Runnable _ = taps.begin(API, TapFilter.getDefaultInstance(), heard).orElseThrow();
        int id = taps.of(API).orElseThrow().getFilters(0).getId();
        String longest = "spiffe://b.example/" + "x".repeat(SpiffeId.MAX_LENGTH - "spiffe://b.example/".length());
        assertThat(SpiffeId.parse(longest)).hasToString(longest);
        taps.report(API, told(request("/a", id).setFrom(longest)));
        assertThat(heard.paths).containsExactly("/a");
        assertThatThrownBy(() -> taps.report(API, told(request("/b", id).setFrom(longest + "x"))))
                .hasMessageContaining("2049 characters");
    }

    @Test
    void aProxyIsToldNothingOnceNobodyLooksOn() {
        taps.onChange(changed::add);
        Heard heard = new Heard();
        Runnable end = taps.begin(API, TapFilter.getDefaultInstance(), heard).orElseThrow();
        int id = taps.of(API).orElseThrow().getFilters(0).getId();
        end.run();
        end.run();
        assertThat(taps.of(API)).isEqualTo(Optional.empty());
        assertThat(changed).containsExactly(API, API);
        taps.report(API, told(request("/late", id)));
        assertThat(heard.paths).isEmpty();
    }

    @Test
    void oneWorkloadHasNoMoreThanItsShare() {
        List<Runnable> ends = new ArrayList<>();
        for (int i = 0; i < Taps.MAX_PER_WORKLOAD; i++) {
            ends.add(
                    taps.begin(API, TapFilter.getDefaultInstance(), new Heard()).orElseThrow());
        }
        assertThat(taps.begin(API, TapFilter.getDefaultInstance(), new Heard())).isEmpty();
        ends.getFirst().run();
        assertThat(taps.begin(API, TapFilter.getDefaultInstance(), new Heard())).isPresent();
    }

    @Test
    void refusesWhatNoProxyTells() {
        TappedRequests.Builder many = TappedRequests.newBuilder();
        for (int i = 0; i <= Taps.MAX_AT_ONCE; i++) {
            many.addRequests(TappedRequest.getDefaultInstance());
        }
        assertThatThrownBy(() -> taps.report(API, many.build()))
                .hasMessage("tapped: 51 requests (expected: at most 50)");
        assertThatThrownBy(() -> taps.report(API, told(request("x".repeat(Taps.MAX_TEXT + 1)))))
                .hasMessage("tapped: a text of 1025 characters (expected: at most 1024)");
        assertThatThrownBy(() -> taps.report(API, told(request("/").setAddress(ByteString.copyFrom(new byte[5])))))
                .hasMessageContaining("an address of 5 octets");
        assertThatThrownBy(() -> taps.report(API, told(request("/", 1, 2, 3, 4, 5))))
                .hasMessageContaining("5 filters");
    }
}
