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
    private final Map<EventExecutor, Upstreams> upstreams = new HashMap<>(); // not changed after construction

    /**
     * @param metrics get a gauge of the idle sessions with endpoints
     * @param idle how long such a session is kept; zero if none is kept
     */
    public Http1Carriers(EventLoopGroup loops, Metrics metrics, Duration idle) {
        for (EventExecutor loop : loops) {
            upstreams.put(loop, new Upstreams((EventLoop) loop, System::nanoTime, idle));
        }
        metrics.gauge("weft_pool_sessions_idle", "Sessions with endpoints that wait for another request", this::idle);
    }

    @Override
    public Carrier carry(ArrivedConnection arrival) {
        Http1Carrier carrier = new Http1Carrier(arrival, of(arrival.channel().eventLoop()));
        carrier.start(arrival.first());
        return carrier.accounts;
    }

    @Override
    public void drain(EventLoop loop) {
        of(loop).drain();
    }

    private int idle() {
        return upstreams.values().stream().mapToInt(Upstreams::size).sum();
    }

    /** Returns the idle sessions of one event loop of the group. */
    Upstreams of(EventLoop loop) {
        return Objects.requireNonNull(upstreams.get(loop), "event loop of the group");
    }
}
