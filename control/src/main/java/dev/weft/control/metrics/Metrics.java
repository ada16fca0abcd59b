package dev.weft.control.metrics;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** The metrics of one program, in the Prometheus text format 0.0.4. Safe for use by several threads. */
public final class Metrics {

    /** Most series of one counter; those beyond it are counted together as {@code other}. */
    public static final int MAX_SERIES = 500;

    private final Map<String, Family> families = new ConcurrentSkipListMap<>();

    sealed interface Family {
        void write(String name, StringBuilder out);
    }

    record Gauge(String help, DoubleSupplier value) implements Family {
        @Override
        public void write(String name, StringBuilder out) {
            head(name, help, "gauge", out);
            double now = value.getAsDouble();
            out.append(name).append(' ').append(format(now)).append('\n');
        }
    }

    /** A number that only rises, asked for at each reading. */
    record Total(String help, DoubleSupplier value) implements Family {
        @Override
        public void write(String name, StringBuilder out) {
            head(name, help, "counter", out);
            out.append(name).append(' ').append(format(value.getAsDouble())).append('\n');
        }
    }

    record Gauges(String help, String label, Supplier<Map<String, Double>> values) implements Family {
        @Override
        public void write(String name, StringBuilder out) {
            head(name, help, "gauge", out);
            new ConcurrentSkipListMap<>(values.get())
                    .forEach((value, now) -> out.append(name)
                            .append('{')
                            .append(label)
                            .append("=\"")
                            .append(escape(value))
                            .append("\"} ")
                            .append(format(now))
                            .append('\n'));
        }
    }

    /** A number that only rises, once for each value of its label. */
    public static final class Counter implements Family {
        private final String help;
        private final String label;
        private final Map<String, LongAdder> series = new ConcurrentHashMap<>();

        private Counter(String help, String label) {
            this.help = help;
            this.label = label;
        }

        /** These series begin at 0: what has not happened yet can be asked for. */
        public Counter zero(String... values) {
            for (String value : values) {
                series.computeIfAbsent(value, _ -> new LongAdder());
            }
            return this;
        }

        /** Adds one to the series of this label value. */
        public void increment(String value) {
            String key = series.containsKey(value) || series.size() < MAX_SERIES ? value : "other";
            series.computeIfAbsent(key, _ -> new LongAdder()).increment();
        }

        /** What this series has counted. */
        public long count(String value) {
            LongAdder adder = series.get(value);
            return adder == null ? 0 : adder.sum();
        }

        @Override
        public void write(String name, StringBuilder out) {
            head(name, help, "counter", out);
            new ConcurrentSkipListMap<>(series)
                    .forEach((value, adder) -> out.append(name)
                            .append('{')
                            .append(label)
                            .append("=\"")
                            .append(escape(value))
                            .append("\"} ")
                            .append(adder.sum())
                            .append('\n'));
        }
    }

    /** Without metrics yet. */
    public Metrics() {}

    /** A counter with one label. The name ends in {@code _total}. */
    public Counter counter(String name, String help, String label) {
        Counter counter = new Counter(help, label);
        add(name, counter);
        return counter;
    }

    /** A value asked for at each reading. */
    public void gauge(String name, String help, DoubleSupplier value) {
        add(name, new Gauge(help, value));
    }

    /** A number that only rises, asked for at each reading. The name ends in {@code _total}. */
    public void total(String name, String help, DoubleSupplier value) {
        add(name, new Total(help, value));
    }

    /** Values of one kind, by the value of their label, asked for at each reading. */
    public void gauges(String name, String help, String label, Supplier<Map<String, Double>> values) {
        add(name, new Gauges(help, label, values));
    }

    /** All of them as text. */
    public String text() {
        StringBuilder out = new StringBuilder();
        families.forEach((name, family) -> family.write(name, out));
        return out.toString();
    }

    private void add(String name, Family family) {
        if (families.putIfAbsent(name, family) != null) {
            throw new IllegalArgumentException("metric " + name + ": exists already");
        }
    }

    private static void head(String name, String help, String type, StringBuilder out) {
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static String format(double value) {
        if (value == Double.POSITIVE_INFINITY) {
            return "+Inf";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.3f", value);
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
