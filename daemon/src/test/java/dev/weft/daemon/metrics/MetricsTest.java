package dev.weft.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class MetricsTest {

    private final Metrics metrics = new Metrics();

    @Test
    void seriesThatAreKnownBeginAtZero() {
        Counter issued = metrics.counter("issued_total", "Issued.", "proof")
                .zero("token")
                .zero("svid");
        issued.increment("token");
        assertThat(metrics.text()).isEqualTo("""
            # HELP issued_total Issued.
            # TYPE issued_total counter
            issued_total{proof="svid"} 0
            issued_total{proof="token"} 1
            """);
    }

    @Test
    void saysWhichBuildItIsAndWhatPrometheusKnowsOfEveryProcess() {
        ProcessMetrics.register(metrics, "1.2\"3");
        assertThat(metrics.text())
                .contains("# TYPE weft_build_info gauge\nweft_build_info{version=\"1.2\\\"3\"} 1\n")
                .contains("# TYPE process_cpu_seconds_total counter\n")
                .containsPattern("process_start_time_seconds [1-9][0-9]{8}")
                .containsPattern("process_resident_memory_bytes [1-9]")
                .containsPattern("process_open_fds [1-9]")
                .containsPattern("process_max_fds ([1-9]|\\+Inf)");
    }

    @Test
    void whatOnlyRisesIsACounterAndWhatRisesAndFallsAGauge() {
        metrics.total("weft_things_total", "Things", () -> 3);
        metrics.gauge("weft_things_held", "Things that are there", () -> 2);
        assertThat(metrics.text())
                .contains("# TYPE weft_things_total counter\nweft_things_total 3\n")
                .contains("# TYPE weft_things_held gauge\nweft_things_held 2\n");
        assertThatThrownBy(() -> metrics.total("weft_things", "Things", () -> 3))
                .hasMessage("name: weft_things (expected: a counter's, which ends in _total)");
    }

    @Test
    void aCounterAndAnotherMetricDoNotShareTheNameThatTheCounterHasInOpenMetrics() {
        metrics.total("weft_things_total", "Things", () -> 3);
        assertThatThrownBy(() -> metrics.gauge("weft_things", "Things that are there", () -> 2))
                .hasMessage("metric weft_things: exists already, as weft_things_total");
        metrics.gauge("weft_kinds", "Kinds", () -> 2);
        assertThatThrownBy(() -> metrics.counter("weft_kinds_total", "Kinds"))
                .hasMessage("metric weft_kinds_total: exists already, as weft_kinds");
    }

    @Test
    void seriesBeyondTheLimitAreCountedTogether() {
        Counter asked = metrics.counter("asked_total", "Asked.", "by", "for");
        for (int i = 0; i < Counter.MAX_SERIES + 2; i++) {
            asked.increment("a" + i, "b");
        }
        assertThat(asked.count("other", "other")).isEqualTo(2);
        assertThat(metrics.text()).contains("\nasked_total{by=\"other\",for=\"other\"} 2\n");
    }
}
