package dev.weft.daemon.metrics;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * The metrics of one process, in the Prometheus text format 0.0.4. Weft has its own implementation, because the client
 * library's 3–5 MiB are a large part of a sidecar's memory. Safe for use by several threads.
 */
public final class Metrics {

    private static final String TOTAL = "_total";

    private final Map<String, Family> families = new ConcurrentSkipListMap<>();

    /**
     * All series of one metric name.
     *
     * @param type the type's name in the text format
     * @param series writes the series with this name
     */
    private record Family(String type, String help, BiConsumer<String, StringBuilder> series) {}

    /** Creates an empty set of metrics. */
    public Metrics() {}

    /** Adds a counter with these labels. Its name must end in {@code _total}. */
    public Counter counter(String name, String help, String... labels) {
        Counter counter = new Counter(List.of(labels));
        addTotal(name, new Family("counter", help, counter::write));
        return counter;
    }

    /** Adds a histogram of durations with these labels, and these upper bounds of its buckets, in seconds. */
    public DurationHistogram durations(String name, String help, List<String> ends, String... labels) {
        return durations(name, help, ends, DurationHistogram.MAX_SERIES, labels);
    }

    /** Like {@link #durations(String, String, List, String...)}, with at most so many series. */
    public DurationHistogram durations(String name, String help, List<String> ends, int most, String... labels) {
        DurationHistogram histogram = new DurationHistogram(List.of(labels), List.copyOf(ends), most);
        add(name, new Family("histogram", help, histogram::write));
        return histogram;
    }

    /** Adds a value that is obtained at each reading. */
    public void gauge(String name, String help, DoubleSupplier value) {
        add(name, reading("gauge", help, value));
    }

    /** Adds a number that only rises and is obtained at each reading. Its name must end in {@code _total}. */
    public void total(String name, String help, DoubleSupplier value) {
        addTotal(name, reading("counter", help, value));
    }

    /** Adds values by the value of one label, obtained at each reading. */
    public void gauges(String name, String help, String label, Supplier<Map<String, Double>> values) {
        add(
                name,
                new Family(
                        "gauge",
                        help,
                        (family, out) -> new TreeMap<>(values.get())
                                .forEach((value, now) ->
                                        line(out, family, List.of(label), List.of(value), number(now)))));
    }

    private static Family reading(String type, String help, DoubleSupplier value) {
        return new Family(
                type, help, (name, out) -> line(out, name, List.of(), List.of(), number(value.getAsDouble())));
    }

    /**
     * Returns all metrics in the Prometheus text format, sorted by name. {@link MetricsFormat} converts them to
     * OpenMetrics.
     */
    public String text() {
        StringBuilder out = new StringBuilder(8192);
        families.forEach((name, family) -> {
            out.append("# HELP ").append(name).append(' ').append(family.help()).append('\n');
            out.append("# TYPE ").append(name).append(' ').append(family.type()).append('\n');
            family.series().accept(name, out);
        });
        return out.toString();
    }

    private void addTotal(String name, Family family) {
        if (!name.endsWith(TOTAL)) {
            throw new IllegalArgumentException("name: " + name + " (expected: a counter's, which ends in _total)");
        }
        add(name, family);
    }

    /**
     * Adds a metric. OpenMetrics removes {@code _total} from a counter's name, so no other metric may have the shorter
     * name.
     */
    private void add(String name, Family family) {
        String other = name.endsWith(TOTAL) ? name.substring(0, name.length() - TOTAL.length()) : name + TOTAL;
        if (families.containsKey(other)) {
            throw new IllegalArgumentException("metric " + name + ": exists already, as " + other);
        }
        if (families.putIfAbsent(name, family) != null) {
            throw new IllegalArgumentException("metric " + name + ": exists already");
        }
    }

    static String number(double value) {
        if (value == Double.POSITIVE_INFINITY) {
            return "+Inf";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.3f", value);
    }

    /** Appends a line: the name, <code>{label="value",…}</code> if there are labels, and a number. */
    static void line(StringBuilder out, String name, List<String> names, List<String> values, String number) {
        out.append(name);
        for (int i = 0; i < names.size(); i++) {
            out.append(i == 0 ? '{' : ',').append(names.get(i)).append("=\"");
            escape(out, values.get(i));
            out.append(i == names.size() - 1 ? "\"}" : "\"");
        }
        out.append(' ').append(number).append('\n');
    }

    private static void escape(StringBuilder out, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '"' -> out.append("\\\"");
                case '\n' -> out.append("\\n");
                default -> out.append(c);
            }
        }
    }
}
