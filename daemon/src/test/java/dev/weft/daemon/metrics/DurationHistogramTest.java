package dev.weft.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.OpenMetricsRules;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DurationHistogramTest {
    private final Metrics metrics = new Metrics();
    private final DurationHistogram durations =
            metrics.durations("weft_time_seconds", "How long", List.of("0.5", "10"), "to", "protocol");

    @Test
    void eachCombinationOfLabelsIsASeries() {
        durations.series("b", "grpc").add(TimeUnit.MILLISECONDS.toNanos(300));
        durations.series("b", "grpc").add(TimeUnit.SECONDS.toNanos(2));
        durations.series("a", "grpc").add(TimeUnit.SECONDS.toNanos(20));
        assertThat(metrics.text()).endsWith("""
            # TYPE weft_time_seconds histogram
            weft_time_seconds_bucket{to="a",protocol="grpc",le="0.5"} 0
            weft_time_seconds_bucket{to="a",protocol="grpc",le="10"} 0
            weft_time_seconds_bucket{to="a",protocol="grpc",le="+Inf"} 1
            weft_time_seconds_sum{to="a",protocol="grpc"} 20
            weft_time_seconds_count{to="a",protocol="grpc"} 1
            weft_time_seconds_bucket{to="b",protocol="grpc",le="0.5"} 1
            weft_time_seconds_bucket{to="b",protocol="grpc",le="10"} 2
            weft_time_seconds_bucket{to="b",protocol="grpc",le="+Inf"} 2
            weft_time_seconds_sum{to="b",protocol="grpc"} 2.300
            weft_time_seconds_count{to="b",protocol="grpc"} 2
            """);
        assertThat(OpenMetricsRules.problems(MetricsFormat.OPEN_METRICS.of(metrics.text())))
                .isEmpty();
    }

    @Test
    void aSeriesIsTheSameEachTimeThatItIsLookedUp() {
        DurationSeries once = durations.series("b", "grpc");
        once.add(1);
        durations.series("b", "grpc").add(1);
        assertThat(durations.series("b", "grpc")).isSameAs(once);
        assertThat(metrics.text()).contains("weft_time_seconds_count{to=\"b\",protocol=\"grpc\"} 2\n");
    }

    @Test
    void seriesBeyondTheMostAreCountedTogether() {
        for (int i = 0; i < DurationHistogram.MAX_SERIES + 5; i++) {
            durations.series("to-" + i, "grpc").add(1);
        }
        assertThat(metrics.text())
                .contains("weft_time_seconds_count{to=\"other\",protocol=\"other\"} 5\n")
                .doesNotContain("to-" + DurationHistogram.MAX_SERIES);
    }
}
