package dev.weft.proxy;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.Traffic;
import dev.weft.proxy.observe.Edges;
import dev.weft.proxy.session.SessionRegistry;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells the control plane, every few seconds, what is new of whom the workload calls. On each stream something is told even if there
 * is nothing yet: so the control plane knows since when what comes is new. Belongs to its event loop.
 */
final class TrafficReport {
    /** Told this often, when there is something new. */
    static final Duration PERIOD = Duration.ofSeconds(3);

    private final Edges edges;
    private final SessionRegistry registry;
    private final EventLoop loop;
    private final Instant since;
    private final Predicate<Traffic> teller;
    private Set<Edge> told = Set.of();
    /** Nothing was told on the stream that stands. */
    private boolean first = true;

    private @Nullable Future<?> timer;

    /**
     * @param since when the edges began to be counted
     * @param teller sends it; false if there is no stream to send it on
     */
    TrafficReport(Edges edges, SessionRegistry registry, EventLoop loop, Instant since, Predicate<Traffic> teller) {
        this.edges = edges;
        this.registry = registry;
        this.loop = loop;
        this.since = since;
        this.teller = teller;
    }

    void start() {
        timer = loop.scheduleWithFixedDelay(
                () -> Thread.startVirtualThread(this::gather),
                PERIOD.toMillis(),
                PERIOD.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** There is another stream, whose other end has to be told everything. */
    void newStream() {
        told = Set.of();
        first = true;
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** With thousands of sessions this takes a moment, which the event loop is spared. */
    private void gather() {
        List<Edge> now = edges.with(registry.sessions());
        long forgotten = edges.forgotten();
        loop.execute(() -> tell(now, forgotten));
    }

    private void tell(List<Edge> now, long forgotten) {
        List<Edge> news = now.stream().filter(edge -> !told.contains(edge)).toList();
        if ((first || !news.isEmpty())
                && teller.test(Traffic.newBuilder()
                        .setSince(since.getEpochSecond())
                        .addAllEdges(news)
                        .setForgotten(forgotten)
                        .setFirst(first)
                        .build())) {
            first = false;
            told = new HashSet<>(now);
        }
    }
}
