package dev.weft.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LatencyBucketsTest {

    private static int of(Duration time) {
        return LatencyBuckets.of(time.toNanos());
    }

    @Test
    void eachBucketReachesTwiceAsFarAsTheOneBefore() {
        assertThat(of(Duration.ZERO)).isZero();
        assertThat(LatencyBuckets.end(0)).isEqualTo(Duration.ofNanos(250_000));
        for (int i = 0; i < LatencyBuckets.COUNT - 1; i++) {
            assertThat(of(LatencyBuckets.end(i))).isEqualTo(i);
            assertThat(of(LatencyBuckets.end(i).plusNanos(1))).isEqualTo(i + 1);
        }
        assertThat(of(Duration.ofDays(100))).isEqualTo(LatencyBuckets.COUNT - 1);
    }

    @Test
    void aQuantileLiesWithinTheBucketThatHoldsIt() {
        List<Long> counts = new ArrayList<>(Collections.nCopies(LatencyBuckets.COUNT, 0L));
        counts.set(3, 90L); // over 1 ms, up to 2 ms
        counts.set(8, 10L); // over 32 ms, up to 64 ms
        assertThat(LatencyBuckets.quantile(counts, 0.5)).isBetween(LatencyBuckets.end(2), LatencyBuckets.end(3));
        assertThat(LatencyBuckets.quantile(counts, 0.9)).isEqualTo(LatencyBuckets.end(3));
        assertThat(LatencyBuckets.quantile(counts, 0.99)).isBetween(LatencyBuckets.end(7), LatencyBuckets.end(8));
        assertThat(LatencyBuckets.quantile(counts, 1)).isEqualTo(LatencyBuckets.end(8));
    }

    @Test
    void nothingHasNoQuantile() {
        assertThat(LatencyBuckets.quantile(List.of(), 0.5)).isZero();
        assertThat(LatencyBuckets.quantile(List.of(0L, 0L), 0.5)).isZero();
    }
}
