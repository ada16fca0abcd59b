package dev.weft.proxy.outbound;

import dev.weft.proxy.balance.Balancer;
import dev.weft.proxy.balance.RetryBudgets;
import dev.weft.proxy.balance.Zones;
import dev.weft.proxy.capture.OriginalDestination;
import dev.weft.proxy.carry.LoopContext;
import dev.weft.proxy.carry.OpenMirrors;
import dev.weft.proxy.carry.Reconnects;
import dev.weft.proxy.carry.UnroutedConnections;
import dev.weft.proxy.mesh.Directory;
import dev.weft.proxy.sidecar.Sidecar;
import dev.weft.proxy.tunnel.client.TunnelPool;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** Accepts the application's captured connections. */
public final class OutboundServer extends ChannelInitializer<EpollSocketChannel> {
    private final OriginalDestination originalDestination;
    private final Map<EventExecutor, LoopContext> lanes = new HashMap<>(); // not changed after construction
    private final CarrierChoice choice;
    private final UnroutedConnections pastRoutes = new UnroutedConnections(
            "",
            "an endpoint has no sidecar, and there are rules of what this workload calls outside of the mesh. Give the"
                    + " endpoint a sidecar");

    /**
     * Makes a server that carries connections once its listener is open.
     *
     * @param spread longest time until connections are asked to end because new ones would be carried better
     */
    public OutboundServer(
            Sidecar sidecar,
            Directory directory,
            EventLoopGroup loops,
            OriginalDestination originalDestination,
            CarrierChoice choice,
            Duration spread) {
        this.originalDestination = originalDestination;
        this.choice = choice;
        for (EventExecutor loop : loops) {
            TunnelPool tunnels = new TunnelPool(sidecar, (EventLoop) loop);
            Balancer balancer = new Balancer(
                    new SplittableRandom(),
                    why -> sidecar.metrics().caller().ejected(why.text()),
                    new Zones(
                            sidecar.mesh()::zone,
                            own -> sidecar.metrics().caller().chosenByZone(own)));
            lanes.put(
                    loop,
                    new LoopContext(
                            sidecar,
                            directory,
                            tunnels,
                            balancer,
                            new RetryBudgets(),
                            new OpenMirrors(),
                            new Reconnects((EventLoop) loop, spread)));
        }
    }

    @Override
    protected void initChannel(EpollSocketChannel channel) {
        new OutboundConnection(lane(channel.eventLoop()), channel, originalDestination.of(channel), choice, pastRoutes)
                .start();
    }

    /** Returns the lane of one event loop of the group. */
    LoopContext lane(EventLoop loop) {
        return Objects.requireNonNull(lanes.get(loop), "event loop of the group");
    }

    /** Returns how many endpoints the balancers know; an endpoint counts once for each event loop that uses it. */
    public int endpoints() {
        return lanes.values().stream().mapToInt(lane -> lane.balancer().known()).sum();
    }

    /** Returns how many endpoints are ejected for a time, counted in the same way. */
    public int ejectedEndpoints() {
        return lanes.values().stream()
                .mapToInt(lane -> lane.balancer().ejected())
                .sum();
    }

    /** Makes new sessions use new tunnels; each present tunnel ends with its last session. */
    public void drainTunnels() {
        lanes.forEach((loop, lane) -> loop.execute(() -> {
            choice.drain((EventLoop) loop);
            lane.tunnels().drain();
        }));
    }

    /** Called when the workload has got another certificate. */
    public void renewed() {
        lanes.forEach((loop, lane) -> loop.execute(lane.tunnels()::renewed));
    }
}
