package dev.weft.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class Http2LoadTest {
    private static final String PRINTED = """
            finished in 1.50s, 2.00 req/s, 96.62MB/s
            requests: 3 total, 19 started, 3 done, 3 succeeded, 0 failed, %d errored, 0 timeout
            status codes: 3 2xx, 0 3xx, 0 4xx, 0 5xx
            traffic: 3.10KB (3200) total, 100B (100) headers (space savings 92.95%%), 3.00KB (%d) data
            """;
    private static final List<String> LOG = List.of("1795804669278591\t200\t145", "1\t200\t179", "2\t200\t400");
    private static final Duration TIME = Duration.ofMillis(1_500);

    @Test
    void readsRequestsBytesErrorsAndLatencies() {
        LoadResult result = Http2Load.get("/1k", 1_024).result(PRINTED.formatted(1, 3_072), LOG, TIME);

        assertThat(result.units()).isEqualTo(3);
        assertThat(result.bytes()).isEqualTo(3_200);
        assertThat(result.micros()).isEqualTo(1_500_000);
        assertThat(result.errors()).isEqualTo(1);
        assertThat(result.p50Micros()).isBetween(178.0, 180.0);
        assertThat(result.p99Micros()).isBetween(399.0, 401.0);
    }

    @Test
    void anAnswerWithoutItsBodyIsAnError() {
        assertThat(Http2Load.get("/1k", 1_024)
                        .result(PRINTED.formatted(0, 3_071), LOG, TIME)
                        .errors())
                .isEqualTo(3);
    }

    @Test
    void noAnswerIsAFailure() {
        assertThatThrownBy(() -> Http2Load.get("/1k", 1_024).result("Could not connect to host", List.of(), TIME))
                .isInstanceOf(LoadFailedException.class)
                .hasMessageContaining("Could not connect");
    }
}
