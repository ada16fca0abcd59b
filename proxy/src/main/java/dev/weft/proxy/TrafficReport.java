package dev.weft.proxy;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.Traffic;
import dev.weft.daemon.schedule.Repetition;
import dev.weft.proxy.observe.Edges;
import dev.weft.proxy.session.SessionRegistry;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Sends the control plane, every few seconds, the new edges between the workload and its peers. The first report of a
 * stream is sent even if it is empty: from then on, the control plane knows that whatever it receives is new. Belongs
 * to one event loop.
 */
final class TrafficReport {
    /** Pause between reports; without new edges, no report is sent. */
    static final Duration PERIOD = Duration.ofSeconds(3);

    private final Edges edges;
    private final SessionRegistry registry;
    private final EventLoop loop;
    private final Instant since;
    private final Predicate<Traffic> teller;
    private Set<Edge> told = Set.of();
    /** Whether no report was sent on the present stream yet. */
    private boolean first = true;

    private @Nullable Future<?> timer;

    /**
     * @param since when the edges began to be counted
     * @param teller sends a report; returns false if there is no stream for it
     */
    TrafficReport(Edges edges, SessionRegistry registry, EventLoop loop, Instant since, Predicate<Traffic> teller) {
        this.edges = edges;
        this.registry = registry;
        this.loop = loop;
        this.since = since;
        this.teller = teller;
    }

    void start() {
        timer = Repetition.every(loop, PERIOD, () -> Thread.startVirtualThread(this::gather));
    }

    /** Called when there is a new stream: the control plane needs all edges again. */
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

    /** Collects the edges off the event loop: with thousands of sessions this takes a moment. */
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
