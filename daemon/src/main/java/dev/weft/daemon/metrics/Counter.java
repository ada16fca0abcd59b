package dev.weft.daemon.metrics;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** A number that only rises, with one series for each combination of label values. Safe for use by several threads. */
public final class Counter implements Metrics.Family {

    /** Most series of one counter. Further series are counted together, with the value {@code other} in each label. */
    public static final int MAX_SERIES = 1000;

    private final String help;
    private final List<String> labels;
    private final Map<List<String>, LongAdder> series = new ConcurrentHashMap<>();

    Counter(String help, List<String> labels) {
        this.help = help;
        this.labels = labels;
    }

    /** Creates the series with these label values at 0, so it is visible before its first event. */
    public Counter zero(String... values) {
        series.putIfAbsent(List.of(values), new LongAdder());
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
        List<String> key = List.of(values);
        LongAdder adder = series.get(key);
        if (adder == null) {
            List<String> bounded = series.size() < MAX_SERIES
                    ? key
                    : labels.stream().map(_ -> "other").toList();
            adder = series.computeIfAbsent(bounded, _ -> new LongAdder());
        }
        return adder;
    }

    /** Returns the value of this series. */
    public long count(String... values) {
        LongAdder adder = series.get(List.of(values));
        return adder == null ? 0 : adder.sum();
    }

    @Override
    public String type() {
        return "counter";
    }

    @Override
    public String help() {
        return help;
    }

    @Override
    public void write(String name, StringBuilder out) {
        Map<String, Long> lines = new TreeMap<>();
        series.forEach((values, adder) -> {
            StringBuilder line = new StringBuilder(name);
            Metrics.labels(line, labels, values);
            lines.put(line.toString(), adder.sum());
        });
        lines.forEach((line, sum) ->
                out.append(line).append(' ').append(sum.longValue()).append('\n'));
    }
}
