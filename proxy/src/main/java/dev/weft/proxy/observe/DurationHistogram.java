package dev.weft.proxy.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** How long sessions lasted, by direction, as a histogram of Prometheus. Safe for any thread. */
final class DurationHistogram {
    private static final String NAME = "weft_session_duration_seconds";
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Upper ends in seconds, from a request over loopback to a connection of a pool. */
    private static final List<String> ENDS = List.of("0.005", "0.025", "0.1", "0.5", "2.5", "10", "60", "600", "3600");

    private final double[] ends = ENDS.stream().mapToDouble(Double::parseDouble).toArray();
    private final Map<String, Series> series = new TreeMap<>();

    private static final class Series {
        /** One for each end, and one for what is longer than the last. */
        private final List<LongAdder> buckets = new ArrayList<>();

        private final LongAdder nanos = new LongAdder();

        Series() {
            for (int i = 0; i <= ENDS.size(); i++) {
                buckets.add(new LongAdder());
            }
        }
    }

    DurationHistogram(List<String> directions) {
        directions.forEach(direction -> series.put(direction, new Series()));
    }

    void add(String direction, long nanos) {
        Series of = series.get(direction);
        if (of == null) {
            throw new IllegalArgumentException(
                    "direction: " + direction + " (expected: one of " + series.keySet() + ")");
        }
        int bucket = 0;
        while (bucket < ends.length && nanos > ends[bucket] * NANOS) {
            bucket++;
        }
        of.buckets.get(bucket).increment();
        of.nanos.add(nanos);
    }

    void write(StringBuilder out) {
        Metrics.header(out, NAME, "How long sessions lasted that have ended", "histogram");
        series.forEach((direction, of) -> {
            String label = "{direction=\"" + direction + "\"";
            long upTo = 0;
            for (int i = 0; i < of.buckets.size(); i++) {
                upTo += of.buckets.get(i).sum();
                String end = i < ENDS.size() ? ENDS.get(i) : "+Inf";
                line(out, "_bucket" + label + ",le=\"" + end + "\"} ", Long.toString(upTo));
            }
            line(out, "_sum" + label + "} ", Metrics.number(of.nanos.sum() / NANOS));
            line(out, "_count" + label + "} ", Long.toString(upTo));
        });
    }

    private static void line(StringBuilder out, String series, String value) {
        out.append(NAME).append(series).append(value).append('\n');
    }
}
