package dev.weft.daemon.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** One series of a histogram of durations. Safe for use by several threads. */
public final class DurationSeries {
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final List<String> names;
    private final double[] ends;
    /** One bucket for each upper bound, and one for longer durations. */
    private final List<LongAdder> buckets = new ArrayList<>();

    private final LongAdder nanos = new LongAdder();

    /**
     * @param names upper bounds of the buckets in seconds, as they are written
     * @param ends the same as numbers; all series of a histogram share them
     */
    DurationSeries(List<String> names, double[] ends) {
        this.names = names;
        this.ends = ends;
        for (int i = 0; i <= ends.length; i++) {
            buckets.add(new LongAdder());
        }
    }

    /** Adds one duration in nanoseconds. */
    public void add(long duration) {
        int bucket = 0;
        while (bucket < ends.length && duration > ends[bucket] * NANOS) {
            bucket++;
        }
        buckets.get(bucket).increment();
        nanos.add(duration);
    }

    void write(String name, List<String> labels, List<String> values, StringBuilder out) {
        List<String> withEnd = with(labels, "le");
        long upTo = 0;
        for (int i = 0; i < buckets.size(); i++) {
            upTo += buckets.get(i).sum();
            String end = i < names.size() ? names.get(i) : "+Inf";
            Metrics.line(out, name + "_bucket", withEnd, with(values, end), Long.toString(upTo));
        }
        Metrics.line(out, name + "_sum", labels, values, Metrics.number(nanos.sum() / NANOS));
        Metrics.line(out, name + "_count", labels, values, Long.toString(upTo));
    }

    private static List<String> with(List<String> list, String last) {
        List<String> longer = new ArrayList<>(list);
        longer.add(last);
        return longer;
    }
}
