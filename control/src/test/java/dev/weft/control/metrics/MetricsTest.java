package dev.weft.control.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MetricsTest {

    private final Metrics metrics = new Metrics();

    @Test
    void seriesThatAreKnownBeginAtZero() {
        Metrics.Counter issued =
                metrics.counter("issued_total", "Issued.", "proof").zero("token", "svid");
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
        ProcessMetrics.register(metrics, "1.2");
        assertThat(metrics.text())
                .contains("weft_build_info{version=\"1.2\"} 1\n", "# TYPE process_cpu_seconds_total counter\n")
                .containsPattern("process_start_time_seconds [1-9][0-9]{8}")
                .containsPattern("process_open_fds [1-9]");
    }
}
