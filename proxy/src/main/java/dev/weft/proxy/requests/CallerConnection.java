package dev.weft.proxy.requests;

import dev.weft.proxy.carry.ArrivedConnection;
import dev.weft.proxy.carry.Carrier;
import dev.weft.proxy.carry.LoopContext;
import dev.weft.proxy.carry.UnroutedConnections;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.LocalResponse;
import dev.weft.proxy.http2.ConnectionListener;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Settings;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.flood.Limit;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Relay;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.tunnel.client.ClientTunnel;
import dev.weft.proxy.tunnel.client.TunnelPool;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the application that is carried by its requests. Before any response, an endpoint for the first
 * request is asked whether its sidecar takes requests; if not, the connection is given back and carried as bytes.
 * Belongs to the connection's event loop.
 */
final class CallerConnection implements Carrier, ConnectionListener {
    /** The most endpoints that are asked. */
    private static final int MOST_ASKED = 3;

    private final ArrivedConnection arrival;
    private final UnroutedConnections unrouted;
    private final Http2Connection connection;
    private final Set<OutboundRequest> open = new LinkedHashSet<>();
    final Endpoints endpoints = new Endpoints();
    private final UndecidedConnection undecided;
    private boolean over;

    CallerConnection(ArrivedConnection arrival, UnroutedConnections unrouted) {
        this.arrival = arrival;
        this.connection = Http2Connection.server(
                Http2Settings.DEFAULTS.withHeaderList(
                        arrival.lane().sidecar().heads().octets()),
                this);
        this.unrouted = unrouted;
        this.undecided = new UndecidedConnection(arrival.first(), this::close);
    }

    LoopContext lane() {
        return arrival.lane();
    }

    Session session() {
        return arrival.session();
    }

    void decide() {
        arrival.channel().pipeline().addLast(undecided);
        ask(new HashSet<>());
    }

    private void ask(Set<InetSocketAddress> asked) {
        Route.Endpoint endpoint = asked.size() >= MOST_ASKED
                ? null
                : lane().balancer()
                        .choose(arrival.route().endpoints(), asked, System.nanoTime())
                        .orElse(null);
        if (arrival.route().isRouted() && arrival.route().endpoints().isEmpty()) {
            begin(null); // all requests go to backends
            return;
        }
        if (endpoint == null
                || endpoint.identity() == null
                || lane().sidecar().meantForItself(endpoint.address()) != null) {
            giveBack();
            return;
        }
        asked.add(endpoint.address());
        KnownTunnel.acquire(lane(), endpoint, endpoint.identity(), new TunnelPool.Waiter() {
            @Override
            public void opened(ClientTunnel tunnel) {
                if (over) {
                    return;
                }
                if (tunnel.takesRequests()) {
                    begin(tunnel);
                } else {
                    giveBack();
                }
            }

            @Override
            public void failed(Refusal refusal) {
                if (!over) {
                    ask(asked);
                }
            }
        });
    }

    /**
     * Returns the bytes that the application has sent, once it is decided how to carry the connection; null if it is
     * closed.
     */
    private @Nullable ByteBuf decided() {
        if (!arrival.channel().isActive()) {
            close(Refusal.of(Refusal.Code.BROKEN, "the connection was reset"));
        }
        return undecided.take();
    }

    private void giveBack() {
        ByteBuf said = decided();
        if (arrival.route().isRouted()) {
            unrouted.note(lane(), session());
        }
        over = true;
        if (said != null) {
            arrival.bytes().carry(arrival.route(), said, arrival.inputEnded());
        }
    }

    private void begin(@Nullable ClientTunnel tunnel) {
        ByteBuf said = decided();
        if (said == null) {
            return;
        }
        Channel channel = arrival.channel();
        Session session = session();
        if (tunnel != null) {
            uses(tunnel);
        }
        session.decided("allow", "");
        session.admitted();
        arrival.channel().config().setAllowHalfClosure(false); // both directions end together
        channel.pipeline().addLast(connection);
        channel.pipeline().fireChannelRead(said).fireChannelReadComplete();
        if (session.draining()) {
            endSoon();
        }
        if (arrival.inputEnded()) {
            var _ = channel.close();
        } else {
            channel.config().setAutoRead(true);
        }
    }

    @Override
    public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
        if ("CONNECT".contentEquals(String.valueOf(headers.method()))) {
            LocalResponse.NO_CONNECT.send(stream, false, endStream);
            return new RequestDrain(stream);
        }
        OutboundRequest request = new OutboundRequest(this, stream, headers, endStream);
        open.add(request);
        request.begin();
        return request;
    }

    /** Called when a request uses this tunnel. */
    void uses(ClientTunnel tunnel) {
        if (session().tunnel() != tunnel.id()) {
            session().secured(tunnel.localIdentity(), tunnel.peerIdentity(), tunnel.id(), tunnel.tls());
        }
    }

    void ended(OutboundRequest request) {
        open.remove(request);
    }

    /**
     * Ends the connection after its present requests: no sidecar that takes requests is left. The application's next
     * connection is carried in another way.
     */
    void endSoon() {
        connection.goAway();
    }

    @Override
    public void drain() {
        endSoon();
    }

    @Override
    public void onLimit(Http2Connection limited, Limit limit) {
        lane().sidecar().metrics().limitHit("caller-http2-" + limit);
    }

    @Override
    public void onClosed(Http2Connection gone, @Nullable Throwable cause) {
        Refusal refusal = null;
        if (cause instanceof Http2Violation violation) {
            refusal = GateRefusal.brokenByCaller(violation).toRefusal();
        } else if (cause != null) {
            refusal = Refusal.of(Refusal.Code.BROKEN, "the connection broke: " + Refusal.why(cause));
        }
        end(refusal);
    }

    private void end(@Nullable Refusal refusal) {
        if (!over) {
            over = true;
            session().end(refusal);
        }
    }

    /** Null: the tunnels are checked separately. A request finds another endpoint if its tunnel has closed. */
    @Override
    public @Nullable Refusal check() {
        return null;
    }

    @Override
    public void close(Refusal refusal) {
        ByteBuf said = undecided.take();
        if (said != null) {
            said.release();
            Relay.reset(arrival.channel());
        } else {
            List.copyOf(open).forEach(request -> request.end(LocalResponse.broken(refusal, request.grpc)));
            connection.close(ErrorCode.NO_ERROR);
        }
        end(refusal);
    }

    @Override
    public void ended() {
        // everything it holds ends with its channel
    }
}
