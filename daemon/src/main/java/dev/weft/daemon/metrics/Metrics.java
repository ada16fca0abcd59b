package dev.weft.daemon.metrics;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * The metrics of one process, in the Prometheus text format 0.0.4. Our own, since the client library's 3–5 MiB are a good part
 * of what a sidecar may hold. Safe for use by several threads.
 */
public final class Metrics {

    private static final String TOTAL = "_total";

    private final Map<String, Family> families = new ConcurrentSkipListMap<>();

    /** The series of one name. */
    sealed interface Family permits Counter, DurationHistogram, Reading, Readings {
        /** The type's name in the text format. */
        String type();

        String help();

        void write(String name, StringBuilder out);
    }

    /** A number that is asked for at each reading. */
    record Reading(String type, String help, DoubleSupplier value) implements Family {
        @Override
        public void write(String name, StringBuilder out) {
            out.append(name).append(' ').append(number(value.getAsDouble())).append('\n');
        }
    }

    /** Numbers that are asked for at each reading, by the value of their label. */
    record Readings(String type, String help, String label, Supplier<Map<String, Double>> values) implements Family {
        @Override
        public void write(String name, StringBuilder out) {
            new TreeMap<>(values.get()).forEach((value, now) -> {
                out.append(name);
                labels(out, List.of(label), List.of(value));
                out.append(' ').append(number(now)).append('\n');
            });
        }
    }

    /** Without metrics yet. */
    public Metrics() {}

    /** A counter with these labels. The name ends in {@code _total}. */
    public Counter counter(String name, String help, String... labels) {
        Counter counter = new Counter(help, List.of(labels));
        addTotal(name, counter);
        return counter;
    }

    /** How long something took, by the value of one label. */
    public DurationHistogram durations(String name, String help, String label, List<String> values) {
        return durations(name, help, label, values, DurationHistogram.OF_CONNECTIONS);
    }

    /** As above, with the upper ends of its buckets in seconds. */
    public DurationHistogram durations(String name, String help, String label, List<String> values, List<String> ends) {
        DurationHistogram histogram = new DurationHistogram(help, label, values, ends);
        add(name, histogram);
        return histogram;
    }

    /** A value asked for at each reading. */
    public void gauge(String name, String help, DoubleSupplier value) {
        add(name, new Reading("gauge", help, value));
    }

    /** A number that only rises, asked for at each reading. The name ends in {@code _total}. */
    public void total(String name, String help, DoubleSupplier value) {
        addTotal(name, new Reading("counter", help, value));
    }

    /** Values of one kind, by the value of their label, asked for at each reading. */
    public void gauges(String name, String help, String label, Supplier<Map<String, Double>> values) {
        add(name, new Readings("gauge", help, label, values));
    }

    /** All of them in the Prometheus text format, in the order of their names. {@link MetricsFormat} makes the other format of it. */
    public String text() {
        StringBuilder out = new StringBuilder(8192);
        families.forEach((name, family) -> {
            out.append("# HELP ").append(name).append(' ').append(family.help()).append('\n');
            out.append("# TYPE ").append(name).append(' ').append(family.type()).append('\n');
            family.write(name, out);
        });
        return out.toString();
    }

    private void addTotal(String name, Family family) {
        if (!name.endsWith(TOTAL)) {
            throw new IllegalArgumentException("name: " + name + " (expected: a counter's, which ends in _total)");
        }
        add(name, family);
    }

    /** In OpenMetrics a counter's family has its name without {@code _total}, so that no other metric may have that name. */
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

    /** Appends <code>{name="value",…}</code>; nothing where there are no labels. */
    static void labels(StringBuilder out, List<String> names, List<String> values) {
        for (int i = 0; i < names.size(); i++) {
            out.append(i == 0 ? '{' : ',').append(names.get(i)).append("=\"");
            escape(out, values.get(i));
            out.append(i == names.size() - 1 ? "\"}" : "\"");
        }
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
