package dev.weft.proxy.trace;

import dev.weft.daemon.metrics.Counter;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.proxy.capture.Sockets;
import dev.weft.proxy.settings.TraceSettings;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which requests become spans, and sends spans to a collector, many at a time, from a virtual thread. Requests
 * never wait for it: when the queue is full, a span is dropped and counted. Safe for use by several threads.
 */
public final class Tracer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tracer.class);

    /** Most spans that wait to be sent. */
    static final int MAX_QUEUED = 2048;
    /** Most spans of one message. */
    static final int MAX_BATCH = 512;

    private static final HexFormat HEX = HexFormat.of();
    private static final long GATHER_MILLIS = 500;

    private final double ratio;
    private final BlockingQueue<Span> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final OtlpMessage message;
    private final Counter spans;
    private final @Nullable Thread thread;

    private Tracer(double ratio, OtlpMessage message, Counter spans, @Nullable Collector collector) {
        this.ratio = ratio;
        this.message = message;
        this.spans = spans;
        this.thread =
                collector == null ? null : Thread.ofVirtual().name("weft-spans").unstarted(() -> run(collector));
    }

    /**
     * Starts a tracer; without an endpoint in the settings it makes no spans.
     *
     * @param loop carries the connections to the collector
     * @param workload namespace/name
     * @param version version of the sidecar
     */
    public static Tracer start(
            TraceSettings settings, Sockets sockets, EventLoop loop, Metrics metrics, String workload, String version) {
        Counter spans = metrics.counter("weft_spans_total", "Spans for the collector, by result", "result")
                .zero("sent")
                .zero("dropped")
                .zero("failed");
        Tracer tracer = new Tracer(
                settings.ratio(),
                new OtlpMessage(workload, version),
                spans,
                settings.endpoint()
                        .map(endpoint -> new Collector(endpoint, sockets, loop))
                        .orElse(null));
        if (tracer.thread != null) {
            tracer.thread.start();
        }
        return tracer;
    }

    /** Whether any request may become a span. */
    public boolean isOn() {
        return thread != null;
    }

    /**
     * Called when a request has ended. It becomes a span if its caller sampled its trace or, if the request has no
     * trace, by the ratio.
     *
     * @param traceparent the values of the request's field traceparent
     */
    public void ended(List<String> traceparent, RequestSpan request) {
        if (!isOn()) {
            return;
        }
        Optional<TraceContext> said = TraceContext.of(traceparent);
        boolean sampled = said.map(TraceContext::sampled)
                .orElseGet(() -> ThreadLocalRandom.current().nextDouble() < ratio);
        if (sampled) {
            String trace = said.map(TraceContext::traceId).orElseGet(() -> id() + id());
            offer(request.in(trace, id(), said.map(TraceContext::parentId).orElse("")));
        }
    }

    /** Number of spans that wait to be sent. */
    public int queued() {
        return queue.size();
    }

    void offer(Span span) {
        if (!queue.offer(span)) {
            spans.increment("dropped");
        }
    }

    /** Returns sixteen random hexadecimal digits, not all 0. */
    private static String id() {
        long number = ThreadLocalRandom.current().nextLong();
        return HEX.toHexDigits(number == 0 ? 1 : number);
    }

    private void run(Collector to) {
        List<Span> batch = new ArrayList<>(MAX_BATCH);
        boolean failing = false;
        try {
            while (true) {
                batch.add(queue.take());
                Thread.sleep(GATHER_MILLIS);
                queue.drainTo(batch, MAX_BATCH - 1);
                failing = !sent(to, batch, failing);
                batch.clear();
            }
        } catch (InterruptedException _) {
            spans.add(batch.size() + queue.size(), "dropped"); // the sidecar ends
        }
    }

    /** Sends a batch and returns whether it was accepted. A batch that was not accepted is not sent again. */
    private boolean sent(Collector to, List<Span> batch, boolean failing) throws InterruptedException {
        try {
            to.post(message.of(batch));
            spans.add(batch.size(), "sent");
            if (failing) {
                LOG.info("the collector takes spans again");
            }
            return true;
        } catch (IOException | RuntimeException e) { // nothing may end the thread that sends
            spans.add(batch.size(), "failed");
            if (!failing) {
                LOG.warn("the collector does not take spans, which are lost until it does: {}", e.getMessage());
            }
            return false;
        }
    }

    /** Stops sending; spans that were not sent yet are lost. */
    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }
}
