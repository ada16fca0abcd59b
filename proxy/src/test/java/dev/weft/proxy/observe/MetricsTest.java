package dev.weft.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class MetricsTest {
    private final Metrics metrics = new Metrics();

    @Test
    void countersBeginAtZeroWhereTheirLabelsAreKnown() {
        assertThat(metrics.text())
                .contains("\nweft_sessions_opened_total{direction=\"inbound\"} 0\n")
                .contains("\nweft_session_bytes_total{direction=\"outbound\",flow=\"in\"} 0\n")
                .contains("\nweft_tunnels_opened_total{side=\"server\"} 0\n")
                .contains("\nweft_limits_hit_total{limit=\"sessions\"} 0\n")
                .contains("\nweft_session_duration_seconds_count{direction=\"outbound\"} 0\n");
    }

    @Test
    void whatOnlyRisesIsACounterAndWhatRisesAndFallsAGauge() {
        metrics.counter("weft_things_total", "Things", () -> 3);
        metrics.gauge("weft_things", "Things that are there", () -> 2);
        assertThat(metrics.text())
                .contains("# TYPE weft_things_total counter\nweft_things_total 3\n")
                .contains("# TYPE weft_things gauge\nweft_things 2\n");
        assertThatThrownBy(() -> metrics.counter("weft_things", "Things", () -> 3))
                .hasMessage("name: weft_things (expected: a counter's, which ends in _total)");
    }

    @Test
    void bucketsOfTheHistogramHoldAllThatIsShorter() {
        for (long millis : List.of(3L, 5L, 30L, 4_000_000L)) {
            metrics.sessionClosed("inbound", "allowed", true, "none", 0, 0, TimeUnit.MILLISECONDS.toNanos(millis));
        }
        assertThat(metrics.text())
                .contains("# TYPE weft_session_duration_seconds histogram\n")
                .contains("_bucket{direction=\"inbound\",le=\"0.005\"} 2\n")
                .contains("_bucket{direction=\"inbound\",le=\"0.025\"} 2\n")
                .contains("_bucket{direction=\"inbound\",le=\"0.1\"} 3\n")
                .contains("_bucket{direction=\"inbound\",le=\"3600\"} 3\n")
                .contains("_bucket{direction=\"inbound\",le=\"+Inf\"} 4\n")
                .contains("_sum{direction=\"inbound\"} 4000.038\n")
                .contains("_count{direction=\"inbound\"} 4\n");
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

    /** A moment's name ends in _timestamp_seconds, a counter's in _total, and nothing else's does. */
    @Test
    void namesSayWhatAMetricIs() {
        ProcessMetrics.register(metrics, "1");
        metrics.text().lines().filter(line -> line.startsWith("# TYPE ")).forEach(line -> {
            String[] words = line.split(" ", -1);
            assertThat(words[2].endsWith("_total")).as(line).isEqualTo(words[3].equals("counter"));
        });
    }
}
