package dev.weft.proxy.outbound;

import dev.weft.proxy.carry.Arrival;
import dev.weft.proxy.carry.Carrier;
import dev.weft.proxy.carry.Lane;
import dev.weft.proxy.carry.RequestCarriers;
import dev.weft.proxy.carry.RouteRefusals;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Relay;
import dev.weft.proxy.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the application on its way: accept, route, detect, carry. It is accepted, routed by its original destination,
 * looked at where it matters what it speaks, and given to the carrier that has it for life. Nothing is read from the application
 * until there is somewhere to put it, or it is being looked at. Belongs to the connection's event loop.
 */
final class OutboundConnection implements Session.Owner {
    private final Lane lane;
    private final EpollSocketChannel channel;
    private final Choice choice;
    private final Session session;
    private final boolean captured;
    /** For the connection as bytes: another one if it was carried otherwise first. */
    private Relay relay;

    private ChannelHandler end;
    private @Nullable Carrier carrier;

    OutboundConnection(Lane lane, EpollSocketChannel channel, @Nullable InetSocketAddress destination, Choice choice) {
        this.lane = lane;
        this.channel = channel;
        this.choice = choice;
        this.captured = destination != null;
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

    /** Why the connection goes nowhere at all; null if it may. */
    private @Nullable Refusal accept() {
        Refusal tooMany = lane.sidecar().tooManySessions(channel);
        if (tooMany != null) {
            return tooMany;
        }
        if (!captured) {
            return Refusal.of(Refusal.Code.NOT_CAPTURED, "the connection came without a redirect");
        }
        if (session.destination().equals(channel.localAddress())) {
            return Refusal.of(Refusal.Code.LOOP, "the connection was meant for the sidecar's own port");
        }
        return lane.sidecar().meantForItself(session.destination());
    }

    private void route(@Nullable Route route) {
        if (relay.over()) {
            return;
        }
        switch (route) {
            case null -> relay.abort(new RouteRefusals(lane.directory()).noAnswer(session.destination()));
            case Route.NotInMesh outside -> bytes().outside();
            case Route.Unreachable nowhere -> relay.abort(Refusal.of(Refusal.Code.UNREACHABLE, nowhere.reason()));
            case Route.ToEndpoints to -> detect(to);
        }
    }

    private void detect(Route.ToEndpoints to) {
        if (choice.dependsOnProtocol(to)) {
            channel.pipeline()
                    .addFirst(new Detector((spoken, first, inputEnded) -> carry(to, spoken, first, inputEnded)));
        } else {
            bytes().toOneOf(to.endpoints());
        }
    }

    private void carry(Route.ToEndpoints to, Spoken spoken, ByteBuf first, boolean inputEnded) {
        if (relay.over()) {
            first.release();
            return;
        }
        RequestCarriers carriers = choice.of(spoken, to).orElse(null);
        if (carriers == null) {
            carryBytes(to, first, inputEnded);
            return;
        }
        channel.pipeline().remove(end);
        Carrier made =
                carriers.carry(new Arrival(lane, channel, session, to, first, inputEnded, this::carryBytesAfterAll));
        if (carrier == null) {
            carrier = made;
        }
    }

    private void carryBytesAfterAll(Route.ToEndpoints to, ByteBuf said, boolean inputEnded) {
        relay = new Relay(session);
        end = relay.nearTcp();
        channel.pipeline().addLast(end);
        carryBytes(to, said, inputEnded);
    }

    /** What was said already is kept by the relay until there is an endpoint. */
    private void carryBytes(Route.ToEndpoints to, ByteBuf said, boolean inputEnded) {
        if (said.isReadable()) {
            var _ = channel.pipeline().fireChannelRead(said);
        } else {
            said.release();
        }
        if (inputEnded) {
            var _ = channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
        if (!relay.over()) {
            bytes().toOneOf(to.endpoints());
        }
    }

    private ByteCarrier bytes() {
        ByteCarrier made = new ByteCarrier(lane, session, relay);
        carrier = made;
        return made;
    }

    @Override
    public @Nullable Refusal check(Session checked) {
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
