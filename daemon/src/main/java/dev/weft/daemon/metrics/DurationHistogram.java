package dev.weft.daemon.metrics;

import java.util.List;

/**
 * A Prometheus histogram of durations, with one series for each combination of label values that occurs. Safe for use
 * by several threads.
 */
public final class DurationHistogram {
    /** Upper bounds in seconds, from a request over loopback to a pooled connection. */
    public static final List<String> OF_CONNECTIONS =
            List.of("0.005", "0.025", "0.1", "0.5", "2.5", "10", "60", "600", "3600");

    /** Upper bounds in seconds, close enough together for quantiles of requests. */
    public static final List<String> OF_REQUESTS = List.of(
            "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30");

    /**
     * Most series of one histogram if nothing else is said, each of which has a line for every bucket. Further series
     * are counted together, with the value {@code other} in each label.
     */
    public static final int MAX_SERIES = 60;

    private final List<String> labels;
    private final BoundedSeries<DurationSeries> series;

    /**
     * @param ends upper bounds of the buckets in seconds, as they are written
     * @param most the most series
     */
    DurationHistogram(List<String> labels, List<String> ends, int most) {
        this.labels = labels;
        double[] seconds = ends.stream().mapToDouble(Double::parseDouble).toArray();
        this.series = new BoundedSeries<>(labels, most, () -> new DurationSeries(ends, seconds));
    }

    /**
     * Returns the series with these label values, which is visible from now on. Callers that add often look it up once.
     */
    public DurationSeries series(String... values) {
        return series.of(values);
    }

    void write(String name, StringBuilder out) {
        series.each((values, of) -> of.write(name, labels, values, out));
    }
}
