package dev.weft.daemon.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** A Prometheus histogram of durations, with one series for each value of a label. Safe for use by several threads. */
public final class DurationHistogram implements Metrics.Family {
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Upper bounds in seconds, from a request over loopback to a pooled connection. */
    public static final List<String> OF_CONNECTIONS =
            List.of("0.005", "0.025", "0.1", "0.5", "2.5", "10", "60", "600", "3600");

    /** Upper bounds in seconds, close enough together for quantiles of requests. */
    public static final List<String> OF_REQUESTS = List.of(
            "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30");

    private final String help;
    private final String label;
    private final List<String> names;
    private final double[] ends;
    private final Map<String, Series> series = new TreeMap<>();

    private static final class Series {
        /** One bucket for each upper bound, and one for longer durations. */
        private final List<LongAdder> buckets = new ArrayList<>();

        private final LongAdder nanos = new LongAdder();

        Series(int ends) {
            for (int i = 0; i <= ends; i++) {
                buckets.add(new LongAdder());
            }
        }
    }

    DurationHistogram(String help, String label, List<String> values, List<String> ends) {
        this.help = help;
        this.label = label;
        this.names = List.copyOf(ends);
        this.ends = ends.stream().mapToDouble(Double::parseDouble).toArray();
        values.forEach(value -> series.put(value, new Series(ends.size())));
    }

    /**
     * Adds one duration.
     *
     * @param value value of the label
     * @param nanos the duration in nanoseconds
     * @throws IllegalArgumentException if the label does not have this value
     */
    public void add(String value, long nanos) {
        Series of = series.get(value);
        if (of == null) {
            throw new IllegalArgumentException(label + ": " + value + " (expected: one of " + series.keySet() + ")");
        }
        int bucket = 0;
        while (bucket < ends.length && nanos > ends[bucket] * NANOS) {
            bucket++;
        }
        of.buckets.get(bucket).increment();
        of.nanos.add(nanos);
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
        series.forEach((value, of) -> {
            long upTo = 0;
            for (int i = 0; i < of.buckets.size(); i++) {
                upTo += of.buckets.get(i).sum();
                out.append(name).append("_bucket");
                Metrics.labels(out, List.of(label, "le"), List.of(value, i < names.size() ? names.get(i) : "+Inf"));
                out.append(' ').append(upTo).append('\n');
            }
            line(out, name + "_sum", value, Metrics.number(of.nanos.sum() / NANOS));
            line(out, name + "_count", value, Long.toString(upTo));
        });
    }

    private void line(StringBuilder out, String name, String value, String number) {
        out.append(name);
        Metrics.labels(out, List.of(label), List.of(value));
        out.append(' ').append(number).append('\n');
    }
}
