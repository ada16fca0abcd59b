package dev.weft.proxy.outbound;

import dev.weft.proxy.carry.ArrivedConnection;
import dev.weft.proxy.carry.Carrier;
import dev.weft.proxy.carry.LoopContext;
import dev.weft.proxy.carry.RequestCarriers;
import dev.weft.proxy.carry.RouteRefusals;
import dev.weft.proxy.carry.UnroutedConnections;
import dev.weft.proxy.egress.HostDetector;
import dev.weft.proxy.egress.OutsideCall;
import dev.weft.proxy.egress.OutsideRequests;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.observe.RequestRecorder;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Relay;
import dev.weft.proxy.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the application. It is accepted, routed by its original destination, inspected where its protocol
 * or host matters, and given to a carrier for its whole life. Nothing is read from the application until there is an
 * endpoint for it, or the connection is inspected. Belongs to the connection's event loop.
 */
final class OutboundConnection implements Session.Owner {
    private final LoopContext lane;
    private final EpollSocketChannel channel;
    private final CarrierChoice choice;
    private final UnroutedConnections pastRoutes;
    private final Session session;
    private final boolean captured;
    private final OutsideCall call;
    /** Carries the connection as bytes; replaced if the connection was carried in another way first. */
    private Relay relay;

    private ChannelHandler end;
    private @Nullable Carrier carrier;
    /** The destination to which its requests are carried one by one; null if it is carried as bytes. */
    private Route.@Nullable ToEndpoints byRequest;

    OutboundConnection(
            LoopContext lane,
            EpollSocketChannel channel,
            @Nullable InetSocketAddress destination,
            CarrierChoice choice,
            UnroutedConnections pastRoutes) {
        this.lane = lane;
        this.channel = channel;
        this.choice = choice;
        this.pastRoutes = pastRoutes;
        this.captured = destination != null;
        this.call = new OutsideCall(lane.sidecar().mesh(), lane.sidecar().heads());
        this.session = lane.sidecar()
                .registry()
                .open(
                        channel.eventLoop(),
                        Session.Direction.OUTBOUND,
                        channel.remoteAddress(),
                        destination == null ? channel.localAddress() : destination,
                        this);
        this.relay = new Relay(session);
        this.end = relay.nearTcp();
    }

    void start() {
        channel.pipeline().addLast(end);
        Refusal refusal = accept();
        if (refusal != null) {
            relay.abort(refusal);
        } else {
            lane.directory().resolve(session.destination(), channel.eventLoop(), this::route);
        }
    }

    /** Returns why the connection is refused before it is routed; null if it is not. */
    private @Nullable Refusal accept() {
        Refusal tooMany = lane.sidecar().tooManySessions(channel);
        if (tooMany != null) {
            return tooMany;
        }
        if (!captured) {
            return Refusal.of(Refusal.Code.NOT_CAPTURED, "the connection was not redirected to the sidecar");
        }
        if (session.destination().equals(channel.localAddress())) {
            return Refusal.of(Refusal.Code.LOOP, "the connection's destination is the sidecar's own port");
        }
        return lane.sidecar().meantForItself(session.destination());
    }

    private void route(@Nullable Route route) {
        if (relay.over()) {
            return;
        }
        if (route instanceof Route.ToEndpoints to) {
            session.leadsTo(to.service());
        }
        switch (route) {
            case null -> relay.abort(new RouteRefusals(lane.directory()).noAnswer(session.destination()));
            case Route.NotInMesh _ -> outside();
            case Route.Unreachable nowhere -> relay.abort(Refusal.of(Refusal.Code.UNREACHABLE, nowhere.reason()));
            case Route.ToEndpoints to when call.governs(to) -> governed(to);
            case Route.ToEndpoints to -> detect(to);
        }
    }

    private void outside() {
        if (call.needsHost(session.destination())) {
            detectHost(session.destination().getPort(), () -> bytes().outside());
            return;
        }
        Refusal refusal = call.check(session.destination());
        if (refusal == null) {
            bytes().outside();
        } else {
            refuseOutside(refusal);
        }
    }

    private void refuseOutside(Refusal refusal) {
        session.decided("deny", "");
        relay.abort(refusal);
    }

    /**
     * Carries the connection to endpoints that are in the mesh or allowed by their address; if there are none, the host
     * decides.
     */
    private void governed(Route.ToEndpoints to) {
        if (to.isRouted()) {
            pastRoutes.note(lane, session);
        }
        List<Route.Endpoint> allowed = to.endpoints().stream()
                .filter(endpoint -> endpoint.meshed() || call.check(endpoint.address()) == null)
                .toList();
        if (!allowed.isEmpty()) {
            bytes().toOneOf(allowed);
            return;
        }
        List<Route.Endpoint> byHost = to.endpoints().stream()
                .filter(endpoint -> call.needsHost(endpoint.address()))
                .toList();
        if (byHost.isEmpty()) {
            refuseOutside(
                    Objects.requireNonNull(call.check(to.endpoints().getFirst().address()), "one that is refused"));
        } else {
            int port = byHost.getFirst().address().getPort();
            detectHost(
                    port,
                    () -> bytes().toOneOf(byHost.stream()
                            .filter(endpoint -> endpoint.address().getPort() == port)
                            .toList()));
        }
    }

    /** Continues once the application has named a host that is allowed at this port. */
    private void detectHost(int port, Runnable next) {
        RequestRecorder recorder = lane.sidecar().requests().recorder();
        channel.pipeline().addFirst(new HostDetector(call, port, HostDetector.PATIENCE, new HostDetector.Listener() {
            @Override
            public void named(boolean http, ByteBuf said, boolean inputEnded) {
                if (http) {
                    relay.passThrough(exits -> new OutsideRequests(session, exits, call, port, recorder));
                }
                say(said, inputEnded);
                if (!relay.over()) {
                    next.run();
                }
            }

            @Override
            public void refused(Refusal why) {
                refuseOutside(why);
            }

            @Override
            public void refusedRequest(Refusal why, boolean toHead) {
                session.decided("deny", "");
                channel.pipeline().addFirst(new LastAnswer(why, toHead, () -> relay.abort(why)));
            }
        }));
    }

    private void detect(Route.ToEndpoints to) {
        if (choice.dependsOnProtocol(to)) {
            byRequest = to;
            channel.pipeline()
                    .addFirst(new Detector(
                            to.expectsHttp(),
                            choice.patience(to),
                            (spoken, first, inputEnded) -> carry(to, spoken, first, inputEnded)));
        } else {
            bytes().toOneOf(to.endpoints());
        }
    }

    private void carry(Route.ToEndpoints to, DetectedProtocol spoken, ByteBuf first, boolean inputEnded) {
        if (relay.over()) {
            first.release();
            return;
        }
        RequestCarriers carriers = choice.of(spoken, to).orElse(null);
        if (carriers == null) {
            byRequest = null;
            carryBytes(to, first, inputEnded);
            return;
        }
        channel.pipeline().remove(end);
        Carrier made = carriers.carry(
                new ArrivedConnection(lane, channel, session, to, first, inputEnded, this::carryBytesAfterAll));
        if (carrier == null) {
            carrier = made;
        }
    }

    private void carryBytesAfterAll(Route.ToEndpoints to, ByteBuf said, boolean inputEnded) {
        byRequest = null;
        relay = new Relay(session);
        end = relay.nearTcp();
        channel.pipeline().addLast(end);
        carryBytes(to, said, inputEnded);
    }

    /** Carries the connection as bytes. The relay keeps the bytes that were read until there is an endpoint. */
    private void carryBytes(Route.ToEndpoints to, ByteBuf said, boolean inputEnded) {
        say(said, inputEnded);
        if (!relay.over()) {
            bytes().toOneOf(to, choice);
        }
    }

    private void say(ByteBuf said, boolean inputEnded) {
        if (said.isReadable()) {
            var _ = channel.pipeline().fireChannelRead(said);
        } else {
            said.release();
        }
        if (inputEnded) {
            var _ = channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    private ByteCarrier bytes() {
        ByteCarrier made = new ByteCarrier(lane, session, relay, call);
        carrier = made;
        return made;
    }

    @Override
    public @Nullable Refusal check(Session checked) {
        if (byRequest != null && call.governs(byRequest)) {
            return Refusal.of(
                    Refusal.Code.EGRESS_DENIED,
                    "there are rules by now of what this workload calls outside of the mesh: connect again");
        }
        return carrier == null ? null : carrier.check();
    }

    @Override
    public void close(Session closed, Refusal refusal) {
        if (carrier == null) {
            relay.abort(refusal);
        } else {
            carrier.close(refusal);
        }
    }

    @Override
    public void drain() {
        if (carrier != null) {
            carrier.drain();
        }
    }

    @Override
    public void ended() {
        if (carrier != null) {
            carrier.ended();
        }
    }

    @Override
    public void bulkBegan(Session moving) {
        if (carrier != null) {
            carrier.bulkBegan();
        }
    }
}
