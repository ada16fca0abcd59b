package dev.weft.proxy.exchange;

import dev.weft.daemon.metrics.Metrics;
import dev.weft.proxy.carry.ArrivedConnection;
import dev.weft.proxy.carry.Carrier;
import dev.weft.proxy.carry.RequestCarriers;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Carries HTTP/1.1 connections. Each request goes to an endpoint chosen for it. */
public final class Http1Carriers implements RequestCarriers {
    private final Map<EventExecutor, Shared> shared = new HashMap<>(); // not changed after construction

    /**
     * @param metrics get a gauge of the idle sessions with endpoints
     * @param idle how long such a session is kept; zero if none is kept
     */
    public Http1Carriers(EventLoopGroup loops, Metrics metrics, Duration idle) {
        for (EventExecutor loop : loops) {
            shared.put(loop, new Shared(new Upstreams((EventLoop) loop, System::nanoTime, idle)));
        }
        metrics.gauge("weft_pool_sessions_idle", "Sessions with endpoints that wait for another request", this::idle);
    }

    @Override
    public Carrier carry(ArrivedConnection arrival) {
        Http1Carrier carrier = new Http1Carrier(arrival, of(arrival.channel().eventLoop()));
        carrier.start(arrival.first());
        return new Http1Guard(carrier);
    }

    @Override
    public void drain(EventLoop loop) {
        of(loop).upstreams().drain();
    }

    private int idle() {
        return shared.values().stream()
                .mapToInt(each -> each.upstreams().size())
                .sum();
    }

    /** Returns the shared objects of one event loop of the group. */
    Shared of(EventLoop loop) {
        return Objects.requireNonNull(shared.get(loop), "event loop of the group");
    }
}
