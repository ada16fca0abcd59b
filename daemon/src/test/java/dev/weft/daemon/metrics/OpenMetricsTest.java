package dev.weft.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.OpenMetricsRules;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OpenMetricsTest {

    private final Metrics metrics = new Metrics();

    @Test
    void aCounterIsAFamilyOfItsNameWithoutTotalAndAUnitIsSaid() {
        metrics.counter("weft_sent_bytes_total", "Bytes of \"all\".", "flow").add(3, "a\"\\\nb");
        metrics.gauge("weft_ready", "1 if ready", () -> 1);
        metrics.durations("weft_time_seconds", "How long", List.of("0.5", "10"), "way")
                .series("in")
                .add(TimeUnit.SECONDS.toNanos(1));
        assertThat(MetricsFormat.OPEN_METRICS.of(metrics.text())).isEqualTo("""
            # TYPE weft_ready gauge
            # HELP weft_ready 1 if ready
            weft_ready 1
            # TYPE weft_sent_bytes counter
            # UNIT weft_sent_bytes bytes
            # HELP weft_sent_bytes Bytes of \\"all\\".
            weft_sent_bytes_total{flow="a\\"\\\\\\nb"} 3
            # TYPE weft_time_seconds histogram
            # UNIT weft_time_seconds seconds
            # HELP weft_time_seconds How long
            weft_time_seconds_bucket{way="in",le="0.5"} 0
            weft_time_seconds_bucket{way="in",le="10.0"} 1
            weft_time_seconds_bucket{way="in",le="+Inf"} 1
            weft_time_seconds_sum{way="in"} 1
            weft_time_seconds_count{way="in"} 1
            # EOF
            """);
    }

    @Test
    void aParserFindsNothingWrongWithMetricsOfEveryKind() {
        ProcessMetrics.register(metrics, "1.2\"3");
        metrics.counter("weft_le_total", "Labels that look like a threshold.", "le")
                .increment("10");
        metrics.gauges("weft_things", "Things", "name", () -> Map.of("le=\"5\"", 1.5, "b", Double.POSITIVE_INFINITY));
        DurationHistogram durations =
                metrics.durations("weft_a_seconds", "How long", DurationHistogram.OF_CONNECTIONS, "way");
        DurationSeries _ = durations.series("le=\"7\"");
        DurationSeries _ = durations.series("out");
        String text = MetricsFormat.OPEN_METRICS.of(metrics.text());
        assertThat(OpenMetricsRules.problems(text)).isEmpty();
        assertThat(text).contains("weft_le_total{le=\"10\"} 1\n", "{way=\"le=\\\"7\\\"\",le=\"3600.0\"} 0\n");
    }

    @Test
    void thePrometheusFormatIsLeftAsItIs() {
        metrics.total("weft_things_total", "Things", () -> 3);
        assertThat(MetricsFormat.PROMETHEUS.of(metrics.text())).isEqualTo(metrics.text());
    }

    /** Each text breaks one rule, so the rules can be broken. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "# TYPE a gauge\na 1\n",
                "# TYPE a gauge\na 1\n# EOF\n# TYPE b gauge\nb 1\n# EOF\n",
                "# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# TYPE a gauge\n# EOF\n",
                "# TYPE a gauge\na 1\n# HELP a late\n# EOF\n",
                "# TYPE a gauge\n# TYPE a gauge\na 1\n# EOF\n",
                "# TYPE a_total counter\na_total 1\n# EOF\n",
                "# TYPE a counter\na 1\n# EOF\n",
                "# TYPE a counter\na_total -1\n# EOF\n",
                "# TYPE a gauge\nb 1\n# EOF\n",
                "a 1\n# EOF\n",
                "# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n",
                "# TYPE a untyped\na 1\n# EOF\n",
                "# TYPE a gauge\n# HELP a with \"quotes\"\na 1\n# EOF\n",
                "# TYPE a gauge\na{b=\"x\"y\"} 1\n# EOF\n",
                "# TYPE a gauge\na 1\na 2\n# EOF\n",
                "# TYPE a gauge\n\na 1\n# EOF\n",
                "# TYPE a histogram\na_bucket{le=\"10\"} 1\n# EOF\n",
                "# TYPE a histogram\na_bucket{b=\"10\"} 1\n# EOF\n",
            })
    void aTextThatBreaksARuleIsFoundOut(String text) {
        assertThat(OpenMetricsRules.problems(text)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                                                            | PROMETHEUS",
                "*/*                                                                           | PROMETHEUS",
                "text/plain                                                                    | PROMETHEUS",
                "text/html, application/xml;q=0.9, */*;q=0.8                                   | PROMETHEUS",
                "application/openmetrics-text; version=1.0.0                                   | OPEN_METRICS",
                "application/openmetrics-text                                                  | OPEN_METRICS",
                "APPLICATION/OpenMetrics-Text; Version=\"1.0.0\"; charset=utf-8                | OPEN_METRICS",
                "application/openmetrics-text; version=0.0.1                                   | PROMETHEUS",
                "application/openmetrics-text; version=2.0.0, text/plain; version=0.0.4;q=0.1  | PROMETHEUS",
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1 |"
                        + " OPEN_METRICS",
                "application/openmetrics-text;version=1.0.0;q=0.2,text/plain;version=0.0.4;q=0.5 | PROMETHEUS",
                "text/plain;version=1.0.0;q=0.9,application/openmetrics-text;version=1.0.0;q=0.5 | OPEN_METRICS",
                "application/openmetrics-text;version=1.0.0;q=0                                | PROMETHEUS",
                "application/openmetrics-text;version=1.0.0;q=x                                | PROMETHEUS",
                "application/openmetrics-text;version=1.0.0;q=NaN                              | PROMETHEUS",
                "application/openmetrics-text;version=1.0.0;q=7                                | PROMETHEUS",
                ";;,,;q=,                                                                      | PROMETHEUS",
            })
    void whatAClientPrefers(String accept, MetricsFormat expected) {
        assertThat(MetricsFormat.accepted(accept)).isEqualTo(expected);
    }
}
