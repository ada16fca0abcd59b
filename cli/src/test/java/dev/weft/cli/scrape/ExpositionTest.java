package dev.weft.cli.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.daemon.metrics.MetricsFormat;
import dev.weft.testing.OpenMetricsRules;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ExpositionTest {

    private static final String TEXT = """
            # HELP weft_ready 1 if ready
            # TYPE weft_ready gauge
            weft_ready 1
            # HELP weft_time_seconds How long
            # TYPE weft_time_seconds histogram
            weft_time_seconds_bucket{le="+Inf"} 2
            weft_time_seconds_sum{} 0.5
            """;

    @Test
    void whatIsMergedIsValidOpenMetricsToo() {
        Exposition all = new Exposition();
        all.add(Map.of("workload", "shop/api"), TEXT);
        all.add(Map.of("workload", "shop/w\"b"), TEXT);
        String text = MetricsFormat.OPEN_METRICS.of(all.text());
        assertThat(OpenMetricsRules.problems(text)).isEmpty();
        assertThat(text).contains("weft_time_seconds_sum{workload=\"shop/api\"} 0.5\n");
    }

    @Test
    void aMetricHasItsHeadOnceAndEachSeriesSaysWhoseItIs() {
        Exposition all = new Exposition();
        all.add(Map.of("mesh", "m", "workload", "shop/api"), TEXT);
        all.add(Map.of("mesh", "m", "workload", "shop/w\"b"), TEXT);
        assertThat(all.text()).isEqualTo("""
                # HELP weft_ready 1 if ready
                # TYPE weft_ready gauge
                weft_ready{mesh="m",workload="shop/api"} 1
                weft_ready{mesh="m",workload="shop/w\\"b"} 1
                # HELP weft_time_seconds How long
                # TYPE weft_time_seconds histogram
                weft_time_seconds_bucket{mesh="m",workload="shop/api",le="+Inf"} 2
                weft_time_seconds_sum{mesh="m",workload="shop/api"} 0.5
                weft_time_seconds_bucket{mesh="m",workload="shop/w\\"b",le="+Inf"} 2
                weft_time_seconds_sum{mesh="m",workload="shop/w\\"b"} 0.5
                """);
    }
}
