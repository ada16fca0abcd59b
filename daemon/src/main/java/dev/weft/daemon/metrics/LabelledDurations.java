package dev.weft.daemon.metrics;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A Prometheus histogram of durations, with one series for each combination of label values that occurs. Safe for use
 * by several threads.
 */
public final class LabelledDurations implements Metrics.Family {

    /**
     * Most series of one histogram, each of which has a line for every bucket. Further series are counted together, with
     * the value {@code other} in each label.
     */
    public static final int MAX_SERIES = 60;

    private final String help;
    private final List<String> labels;
    private final List<String> ends;
    private final List<String> other;
    private final Map<List<String>, DurationSeries> series = new ConcurrentHashMap<>();

    LabelledDurations(String help, List<String> labels, List<String> ends) {
        this.help = help;
        this.labels = labels;
        this.ends = ends;
        this.other = labels.stream().map(_ -> "other").toList();
    }

    /** Adds one duration in nanoseconds to the series with these label values. */
    public void add(long nanos, String... values) {
        List<String> key = List.of(values);
        DurationSeries of = series.get(key);
        if (of == null) {
            of = series.computeIfAbsent(series.size() < MAX_SERIES ? key : other, _ -> new DurationSeries(ends));
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
        Map<String, Map.Entry<List<String>, DurationSeries>> sorted = new TreeMap<>();
        series.entrySet().forEach(entry -> sorted.put(String.join("\0", entry.getKey()), entry));
        sorted.values().forEach(entry -> entry.getValue().write(name, labels, entry.getKey(), out));
    }
}
