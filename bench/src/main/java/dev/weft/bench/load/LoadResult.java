package dev.weft.bench.load;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The result of one command.
 *
 * @param units number of requests answered, connections made, or downloads completed
 * @param bytes bytes received, including HTTP headers
 * @param micros microseconds from the first request to the last answer
 * @param errors number of broken connections and wrong answers
 * @param p50Micros median latency of a unit, in microseconds
 * @param p99Micros 99th percentile of the latency, in microseconds
 */
public record LoadResult(long units, long bytes, long micros, long errors, double p50Micros, double p99Micros) {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final int MEDIAN = 50;
    private static final int TAIL = 99;

    static LoadResult of(Histogram latencies, long bytes, long nanos, long errors) {
        return new LoadResult(
                latencies.getTotalCount(),
                bytes,
                nanos / (long) NANOS_PER_MICRO,
                errors,
                latencies.getValueAtPercentile(MEDIAN) / NANOS_PER_MICRO,
                latencies.getValueAtPercentile(TAIL) / NANOS_PER_MICRO);
    }

    /** Returns the line that {@link #parse} reads. */
    String toLine() {
        return "result " + units + " " + bytes + " " + micros + " " + errors + " " + p50Micros + " " + p99Micros;
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if the line is not a result
     */
    static LoadResult parse(String line) {
        List<String> words = List.of(line.strip().split(" "));
        if (words.size() != 7 || !words.getFirst().equals("result")) {
            throw new IllegalArgumentException(
                    "load: '" + line + "' (expected: result UNITS BYTES MICROS ERRORS P50 P99)");
        }
        return new LoadResult(
                Long.parseLong(words.get(1)),
                Long.parseLong(words.get(2)),
                Long.parseLong(words.get(3)),
                Long.parseLong(words.get(4)),
                Double.parseDouble(words.get(5)),
                Double.parseDouble(words.get(6)));
    }
}
