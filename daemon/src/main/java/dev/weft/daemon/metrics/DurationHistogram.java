package dev.weft.daemon.metrics;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A Prometheus histogram of durations, with one series for each value of a label. Safe for use by several threads. */
public final class DurationHistogram implements Metrics.Family {
    /** Upper bounds in seconds, from a request over loopback to a pooled connection. */
    public static final List<String> OF_CONNECTIONS =
            List.of("0.005", "0.025", "0.1", "0.5", "2.5", "10", "60", "600", "3600");

    /** Upper bounds in seconds, close enough together for quantiles of requests. */
    public static final List<String> OF_REQUESTS = List.of(
            "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30");

    private final String help;
    private final String label;
    private final Map<String, DurationSeries> series = new TreeMap<>();

    DurationHistogram(String help, String label, List<String> values, List<String> ends) {
        this.help = help;
        this.label = label;
        values.forEach(value -> series.put(value, new DurationSeries(ends)));
    }

    /**
     * Adds one duration.
     *
     * @param value value of the label
     * @param nanos the duration in nanoseconds
     * @throws IllegalArgumentException if the label does not have this value
     */
    public void add(String value, long nanos) {
        DurationSeries of = series.get(value);
        if (of == null) {
            throw new IllegalArgumentException(label + ": " + value + " (expected: one of " + series.keySet() + ")");
        }
        of.add(nanos);
    }

    @Override
    public String type() {
        return "histogram";
    }

    @Override
    public String help() {
        return help;
    }

    @Override
    public void write(String name, StringBuilder out) {
        series.forEach((value, of) -> of.write(name, List.of(label), List.of(value), out));
    }
}
