package dev.weft.proxy.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/**
 * The workload's metrics and their Prometheus text. Our own, since the client library's 3–5 MiB are a good part of what a
 * sidecar may hold. Safe for any thread.
 */
public final class Metrics {
    /** Series of one metric; further label values are counted as "other". */
    static final int MAX_SERIES = 1000;

    private static final List<String> DIRECTIONS = List.of("inbound", "outbound");
    private static final List<String> SIDES = List.of("client", "server");
    private static final List<String> NAME_RESULTS =
            List.of("answered", "no-data", "no-name", "forwarded", "failed", "refused", "malformed", "limited");
    private static final List<String> LIMITS = List.of(
            "descriptors",
            "names",
            "peers",
            "refusals",
            "plaintext-connections",
            "sessions",
            "sessions-waiting",
            "tunnel-connections",
            "tunnels-per-peer");

    private final List<Family> families = new ArrayList<>();
    private final Map<String, Reading> readings = new ConcurrentHashMap<>();

    private final Family opened = family("weft_sessions_opened_total", "Sessions accepted", "direction");
    private final Family closed =
            family("weft_sessions_closed_total", "Sessions that have ended", "direction", "decision", "secure", "peer");
    private final Family bytes = family("weft_session_bytes_total", "Bytes of ended sessions", "direction", "flow");
    private final Family refusals =
            family("weft_refusals_total", "Sessions refused, failed or closed, by code", "direction", "code");
    private final Family handshakes =
            family("weft_handshake_failures_total", "TLS handshakes that failed", "side", "rule");
    private final Family tunnels = family("weft_tunnels_opened_total", "Tunnels made", "side");
    private final Family proofs =
            family("weft_tunnel_proofs_total", "Times that a tunnel was to be proven anew", "side", "result");
    private final Family limits = family("weft_limits_hit_total", "Times that a limit was hit", "limit");
    private final Family audited = family("weft_policy_audited_total", "Matches of Audit policies", "policy");
    private final Family names =
            family("weft_name_queries_total", "Questions for names, by what became of them", "result");
    private final Family events = family("weft_events_total", "Other events", "event");

    private final DurationHistogram durations = new DurationHistogram(DIRECTIONS);

    /** Where all values of the labels are known, each series begins at 0: what has not happened yet can be asked for. */
    public Metrics() {
        DIRECTIONS.forEach(direction -> {
            opened.zero(direction);
            bytes.zero(direction, "in");
            bytes.zero(direction, "out");
        });
        SIDES.forEach(side -> {
            tunnels.zero(side);
            proofs.zero(side, "renewed");
        });
        LIMITS.forEach(limits::zero);
        NAME_RESULTS.forEach(names::zero);
        events.zero("clock-jumped");
    }

    private Family family(String name, String help, String... labels) {
        Family family = new Family(name, help, List.of(labels));
        families.add(family);
        return family;
    }

    /** A session was accepted. */
    public void sessionOpened(String direction) {
        opened.increment(direction);
    }

    /** A session has ended. {@code peer}: see {@link PeerNames}. */
    public void sessionClosed(
            String direction, String decision, boolean secure, String peer, long in, long out, long nanos) {
        closed.increment(direction, decision, String.valueOf(secure), peer);
        bytes.add(in, direction, "in");
        bytes.add(out, direction, "out");
        durations.add(direction, nanos);
    }

    /** A session ended for this reason. */
    public void refused(String direction, String code) {
        refusals.increment(direction, code);
    }

    /** A TLS handshake failed; {@code side} is server or client. */
    public void handshakeFailed(String side, String rule) {
        handshakes.increment(side, rule);
    }

    /** A tunnel stands. */
    public void tunnelOpened(String side) {
        tunnels.increment(side);
    }

    /** A tunnel was to be proven anew; {@code result} is {@code renewed}, or says why it was not. */
    public void tunnelProven(String side, String result) {
        proofs.increment(side, result);
    }

    /** A limit was hit. */
    public void limitHit(String limit) {
        limits.increment(limit);
    }

    /** An Audit policy matched. */
    public void audited(String policy) {
        audited.increment(policy);
    }

    /** A question for a name got this result. */
    public void nameAsked(String result) {
        names.increment(result);
    }

    /** Something else happened, as {@code renewal-failed}. */
    public void event(String event) {
        events.increment(event);
    }

    /** A value read at each scrape. */
    public void gauge(String name, String help, DoubleSupplier value) {
        readings.put(name, new Reading(help, "gauge", "", value));
    }

    /** A number that only rises, read at each scrape. */
    public void counter(String name, String help, DoubleSupplier value) {
        if (!name.endsWith("_total")) {
            throw new IllegalArgumentException("name: " + name + " (expected: a counter's, which ends in _total)");
        }
        readings.put(name, new Reading(help, "counter", "", value));
    }

    /** What does not change, as a label of a series that is always 1. */
    public void info(String name, String help, String label, String value) {
        StringBuilder labels = new StringBuilder("{").append(label).append("=\"");
        Family.escape(labels, value);
        readings.put(name, new Reading(help, "gauge", labels.append("\"}").toString(), () -> 1));
    }

    /** The Prometheus text format, version 0.0.4. */
    public String text() {
        StringBuilder out = new StringBuilder(8192);
        families.forEach(family -> family.write(out));
        durations.write(out);
        new TreeMap<>(readings).forEach((name, reading) -> {
            header(out, name, reading.help, reading.type);
            out.append(name)
                    .append(reading.labels)
                    .append(' ')
                    .append(number(reading.value.getAsDouble()))
                    .append('\n');
        });
        return out.toString();
    }

    static void header(StringBuilder out, String name, String help, String type) {
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    static String number(double value) {
        if (value == Double.POSITIVE_INFINITY) {
            return "+Inf";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.3f", value);
    }

    private record Reading(String help, String type, String labels, DoubleSupplier value) {}

    /** The series of one counter. */
    private static final class Family {
        private final String name;
        private final String help;
        private final List<String> labels;
        private final Map<List<String>, LongAdder> series = new ConcurrentHashMap<>();

        Family(String name, String help, List<String> labels) {
            this.name = name;
            this.help = help;
            this.labels = labels;
        }

        void zero(String... values) {
            series.put(List.of(values), new LongAdder());
        }

        void increment(String... values) {
            add(1, values);
        }

        void add(long amount, String... values) {
            List<String> key = List.of(values);
            LongAdder adder = series.get(key);
            if (adder == null) {
                List<String> bounded = series.size() < MAX_SERIES
                        ? key
                        : labels.stream().map(l -> "other").toList();
                adder = series.computeIfAbsent(bounded, k -> new LongAdder());
            }
            adder.add(amount);
        }

        void write(StringBuilder out) {
            header(out, name, help, "counter");
            series.forEach((values, adder) -> {
                out.append(name).append('{');
                for (int i = 0; i < values.size(); i++) {
                    out.append(i == 0 ? "" : ",").append(labels.get(i)).append("=\"");
                    escape(out, values.get(i));
                    out.append('"');
                }
                out.append("} ").append(adder.sum()).append('\n');
            });
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
}
