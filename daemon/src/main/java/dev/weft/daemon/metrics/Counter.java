package dev.weft.daemon.metrics;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** A number that only rises, with one series for each combination of label values. Safe for use by several threads. */
public final class Counter {

    /** Most series of one counter. Further series are counted together, with the value {@code other} in each label. */
    public static final int MAX_SERIES = 1000;

    private final List<String> labels;
    private final BoundedSeries<LongAdder> series;

    Counter(List<String> labels) {
        this.labels = labels;
        this.series = new BoundedSeries<>(labels, MAX_SERIES, LongAdder::new);
    }

    /** Creates the series with these label values at 0, so it is visible before its first event. */
    public Counter zero(String... values) {
        var _ = series.of(values);
        return this;
    }

    /** Adds one to the series with these label values. */
    public void increment(String... values) {
        add(1, values);
    }

    /** Adds to the series with these label values. */
    public void add(long amount, String... values) {
        series(values).add(amount);
    }

    /** Returns the series with these label values, for callers that count often and look it up once. */
    public LongAdder series(String... values) {
        return series.of(values);
    }

    /** Returns the value of this series. */
    public long count(String... values) {
        LongAdder adder = series.known(values);
        return adder == null ? 0 : adder.sum();
    }

    void write(String name, StringBuilder out) {
        series.each((values, adder) -> Metrics.line(out, name, labels, values, Long.toString(adder.sum())));
    }
}
