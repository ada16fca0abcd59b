package dev.weft.control.gate;

import dev.weft.control.caller.CallerInterceptor;
import dev.weft.daemon.listen.AcceptPause;
import dev.weft.daemon.listen.Network;
import dev.weft.daemon.metrics.Counter;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.spiffe.SpiffeId;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.ServerTransportFilter;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ServerChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guards the gRPC listener: admits connections within {@link Limits}. A refused connection is closed before any cost of
 * a handshake. For one server.
 */
public final class ConnectionGate {

    /** The code in the log, and in docs/errors.md. */
    public static final String CODE = "WEFT-C092";

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionGate.class);
    /** Shortest time between two log lines about refusals. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    static final Attributes.Key<Connection> CONNECTION = Attributes.Key.create("weft-connection");

    private final Limits limits;
    private final ConnectionCensus census;
    private final HeldBodies bodies;
    private final Counter refused;
    /** The open connections, by the client's address and port. */
    private final Map<SocketAddress, Connection> open = new ConcurrentHashMap<>();

    private final AtomicLong quietUntil = new AtomicLong(System.nanoTime());

    /** Creates a gate with these limits. */
    public ConnectionGate(Limits limits, Metrics metrics) {
        this.limits = limits;
        this.census = new ConnectionCensus(limits);
        this.bodies = new HeldBodies(limits);
        this.refused = metrics.counter(
                "weft_control_connections_refused_total",
                "Connections refused or closed because of a limit, by limit.",
                "limit");
        metrics.gauge("weft_control_connections", "Open connections.", census::all);
        metrics.gauge("weft_control_request_bytes", "Bytes of requests that are held in memory.", bodies::all);
        metrics.gauge(
                "weft_control_connections_unproven",
                "Open connections whose peer has not proven an identity.",
                census::unproven);
        metrics.gauge("weft_control_connections_waiting", "Connections that wait to be admitted.", census::waiting);
    }

    /** Adds the gate to a listener that is not bound yet. */
    public <T extends ServerChannel> T guard(T listener) {
        listener.pipeline().addLast(new Acceptor());
        var _ = listener.closeFuture().addListener(_ -> census.dissolve().forEach(WaitingLine.Entrant::leave));
        return listener;
    }

    /**
     * Returns the filter that tells the gate which connections have completed their handshake.
     *
     * @param prover returns the identity that a client's certificates prove, leaf first; empty if they are not trusted
     *     now. Such a client has proven nothing, also if its handshake succeeds so that it can be told why.
     */
    public ServerTransportFilter filter(Function<List<X509Certificate>, Optional<SpiffeId>> prover) {
        return new ServerTransportFilter() {
            @Override
            public Attributes transportReady(Attributes attributes) {
                SocketAddress remote = attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
                Connection connection = remote == null ? null : open.get(remote);
                if (connection == null) {
                    return attributes;
                }
                connection.handshaken();
                Optional.of(CallerInterceptor.chain(attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION)))
                        .filter(chain -> !chain.isEmpty())
                        .flatMap(prover)
                        .ifPresent(identity -> {
                            connection.prove();
                            census.proven(connection, identity);
                            admitWaiting();
                        });
                return attributes.toBuilder().set(CONNECTION, connection).build();
            }
        };
    }

    /** Returns the tracer that counts how many bytes of requests have arrived. */
    public ServerStreamTracer.Factory bodies() {
        return bodies;
    }

    /** Returns the interceptor that tells the gate when calls begin and end. */
    public ServerInterceptor interceptor() {
        return new Calls();
    }

    void opened(Connection connection) {
        open.put(connection.channel().remoteAddress(), connection);
    }

    void closed(Connection connection) {
        open.values().remove(connection);
        census.gone(connection, connection.proven());
        admitWaiting();
    }

    /** Counts a connection that is refused or cut off because of this limit. */
    void refused(InetAddress address, String limit) {
        refused(limit, "peer", address.getHostAddress());
    }

    private void refused(String limit, String key, String value) {
        refused.increment(limit);
        long now = System.nanoTime();
        long until = quietUntil.get();
        if (now - until >= 0 && quietUntil.compareAndSet(until, now + QUIET_NANOS)) {
            LOG.atWarn()
                    .addKeyValue("code", CODE)
                    .addKeyValue(key, value)
                    .addKeyValue("limit", limit)
                    .addKeyValue("connections", census.all())
                    .addKeyValue("unproven", census.unproven())
                    .log("connection refused; others of the next 10 s are only counted");
        }
    }

    private void admitWaiting() {
        for (Optional<WaitingLine.Entrant> next = census.next(); next.isPresent(); next = census.next()) {
            next.get().enter();
        }
    }

    private static Optional<InetAddress> address(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress inet
                ? Optional.ofNullable(inet.getAddress())
                : Optional.empty();
    }

    /** The handler before the listener's own handlers: the connections that it passes on are accepted. */
    private final class Acceptor extends AcceptPause {

        @Override
        protected void failed(ChannelHandlerContext context, Throwable cause) {
            refused("accept", "reason", String.valueOf(cause.getMessage()));
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            Channel child = (Channel) message;
            Optional<InetAddress> address = address(child);
            if (address.isEmpty()) { // closed already
                child.unsafe().closeForcibly();
                return;
            }
            Waiting entrant = new Waiting(context, child, address.get());
            ConnectionCensus.Verdict verdict = census.admit(entrant);
            switch (verdict) {
                case ADMITTED -> entrant.admit();
                case WAITS -> admitWaiting(); // in case a connection has closed meanwhile
                case TOO_MANY, TOO_MANY_WAIT, TOO_MANY_OF_ADDRESS, TOO_MANY_UNPROVEN_OF_ADDRESS -> {
                    refused(address.get(), verdict.word());
                    child.unsafe().closeForcibly();
                }
            }
        }
    }

    /** A connection that the kernel has accepted and from which nothing has been read. */
    private final class Waiting implements WaitingLine.Entrant {
        private final ChannelHandlerContext acceptor;
        private final Channel child;
        private final InetAddress address;

        Waiting(ChannelHandlerContext acceptor, Channel child, InetAddress address) {
            this.acceptor = acceptor;
            this.child = child;
            this.address = address;
        }

        @Override
        public Network network() {
            return Network.of(address);
        }

        @Override
        public void enter() {
            acceptor.executor().execute(this::admit);
        }

        @Override
        public void leave() {
            child.unsafe().closeForcibly();
        }

        void admit() {
            child.pipeline().addLast(new Connection(ConnectionGate.this, limits, child, address));
            acceptor.fireChannelRead(child);
        }
    }
}
