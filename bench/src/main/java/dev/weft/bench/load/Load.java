package dev.weft.bench.load;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One command while it is executed. Counts answers, latencies and errors until its last step has ended. */
abstract class Load {
    private static final long LONGEST_LATENCY_NANOS = 200_000_000_000L;
    private static final int SIGNIFICANT_DIGITS = 3;

    final LoadGenerator generator;
    private final CompletableFuture<LoadResult> result = new CompletableFuture<>();
    private final Histogram latencies = new Histogram(LONGEST_LATENCY_NANOS, SIGNIFICANT_DIGITS);
    private final ResponseShape shape;
    private final ByteBuf request;
    private long bytes;
    private long errors;
    private @Nullable String firstError;
    private final long startNanos = System.nanoTime();
    private long steps;

    Load(LoadGenerator generator, String path) {
        this.generator = generator;
        this.shape = generator.shape(path);
        this.request = generator.request(path);
    }

    /** Sends the first requests. */
    abstract void begin();

    /** Called when a connection is open. */
    void onOpen(HttpConnection connection) {}

    /** Called when an answer has arrived and was counted; ends a step, or continues with its next part. */
    void onAnswer(HttpConnection connection) {
        settle();
    }

    /** Called when a connection has closed; a broken connection was counted as an error. */
    void onGone(HttpConnection connection, boolean broken) {
        settle();
    }

    /** The result, once the load is done. */
    final CompletableFuture<LoadResult> result() {
        return result;
    }

    /** Sets how many steps the load has. */
    final void steps(long count) {
        steps = count;
    }

    /** Ends a step; with the last one the load is done. */
    final void settle() {
        steps--;
        if (steps == 0) {
            done();
        }
    }

    final void send(HttpConnection connection, long dueNanos) {
        connection.send(request, shape, dueNanos);
    }

    final void answered(HttpConnection connection, long dueNanos, long count) {
        latencies.recordValue(Math.min(System.nanoTime() - dueNanos, LONGEST_LATENCY_NANOS));
        bytes += count;
        onAnswer(connection);
    }

    final void gone(HttpConnection connection, @Nullable String reason) {
        if (reason != null) {
            errors++;
            firstError = firstError == null ? reason : firstError;
        }
        onGone(connection, reason != null);
    }

    final void done() {
        if (latencies.getTotalCount() == 0 && firstError != null) {
            result.completeExceptionally(new IllegalStateException(firstError));
        } else {
            result.complete(LoadResult.of(latencies, bytes, System.nanoTime() - startNanos, errors));
        }
    }
}
