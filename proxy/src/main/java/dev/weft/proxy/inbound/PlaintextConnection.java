package dev.weft.proxy.inbound;

import dev.weft.daemon.listen.UnauthenticatedConnections;
import dev.weft.proxy.admission.Admission;
import dev.weft.proxy.http.HttpCarrier;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.mesh.ExemptProbe;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Relay;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.sidecar.Dialer;
import dev.weft.proxy.sidecar.Sidecar;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection that arrived without a tunnel. In permissive mode, policy judges it as an unauthenticated peer. A
 * connection that is not allowed may still be exactly one of the workload's own probes; all others are refused.
 */
final class PlaintextConnection implements Session.Owner {
    private final Sidecar sidecar;
    private final UnauthenticatedConnections newcomers;
    private final EpollSocketChannel channel;
    private final Session session;
    private final Relay relay;
    private final Admission admission;
    private boolean probe;
    /** Whether it is carried as a gRPC probe. */
    private boolean call;

    private boolean closed;

    PlaintextConnection(
            Sidecar sidecar,
            UnauthenticatedConnections newcomers,
            EpollSocketChannel channel,
            InetSocketAddress destination) {
        this.sidecar = sidecar;
        this.newcomers = newcomers;
        this.channel = channel;
        this.session = sidecar.registry()
                .open(channel.eventLoop(), Session.Direction.INBOUND, channel.remoteAddress(), destination, this);
        this.relay = new Relay(session);
        this.admission = new Admission(session, sidecar, session::close);
    }

    void start(InetSocketAddress listener) {
        if (session.destination().equals(listener)) {
            close(session, Refusal.of(Refusal.Code.LOOP, "the connection's destination is the sidecar's own port"));
            return;
        }
        Refusal itself = sidecar.meantForItself(session.destination());
        if (itself != null) {
            close(session, itself);
            return;
        }
        Refusal refusal = check(session);
        if (refusal == null) {
            List<ExemptProbe> probes = probes();
            if (!probes.isEmpty()) {
                channel.pipeline().addLast(new ProbeWatch(session, probes));
            }
            channel.pipeline().addLast(relay.farTcp());
            Refusal tooMany = sidecar.tooManySessions(session, channel);
            if (tooMany != null) {
                relay.abort(tooMany);
                return;
            }
            admission.carry(relay, null);
            connect(null);
        } else if (probes().isEmpty()) {
            close(session, refusal);
        } else {
            probe();
        }
    }

    private void probe() {
        probe = true;
        session.probes();
        session.decided("probe", "");
        if (newcomers.admit(channel)) {
            channel.pipeline().addLast(new ProbeHandler(this, probes()));
        } else {
            close(session, Refusal.of(Refusal.Code.PROBE_LIMIT, "too many concurrent connections that may be probes"));
        }
    }

    /** Returns the exempt probes of this port. */
    private List<ExemptProbe> probes() {
        InboundConfig config = sidecar.mesh().inbound();
        InetSocketAddress destination = session.destination();
        if (config == null || !config.addresses().contains(destination.getAddress())) {
            return List.of();
        }
        return config.probes().stream()
                .filter(exempt -> exempt.port() == destination.getPort())
                .toList();
    }

    @Override
    public @Nullable Refusal check(Session checked) {
        if (probe) {
            return isExempt() ? null : Refusal.of(Refusal.Code.NOT_THE_PROBE, "the probe is no longer exempt");
        }
        InboundConfig config = sidecar.mesh().inbound();
        if (config != null && !config.permissive()) {
            session.decided("deny", "");
            return Refusal.of(
                    Refusal.Code.PLAINTEXT,
                    "plaintext from " + session.source().getAddress().getHostAddress()
                            + " to a strict workload: give the caller a sidecar, or set this workload's inbound to"
                            + " permissive");
        }
        return admission.decide(null);
    }

    private boolean isExempt() {
        return probes().stream().anyMatch(exempt -> !call || exempt instanceof ExemptProbe.Grpc);
    }

    /** Lets only the call of a gRPC probe pass to the application. Must be called before the peer's data passes. */
    void judgeCall() {
        call = true;
        GrpcProbe judge = new GrpcProbe(why -> session.loop().execute(() -> refuse(ProbeHandler.refusal(why))));
        relay.passThrough(exits -> new HttpCarrier(
                session, exits, _ -> judge, sidecar.requests().http().firstHead()));
    }

    /** Connects to the application; {@code first} is sent before all other data. */
    void connect(@Nullable ByteBuf first) {
        sidecar.dialer()
                .application(
                        channel.eventLoop(),
                        probe ? Descriptors.Use.UPKEEP : Descriptors.Use.SESSION,
                        session.destination(),
                        relay.nearTcp(),
                        new Dialer.Caller() {
                            @Override
                            public boolean over() {
                                boolean over = relay.over() || closed;
                                if (over) {
                                    release(first);
                                }
                                return over;
                            }

                            @Override
                            public void connected(Channel application) {
                                if (first != null) {
                                    var _ = application.write(first);
                                }
                                relay.established();
                                relay.start();
                            }

                            @Override
                            public void failed(Refusal refusal) {
                                release(first);
                                close(session, refusal);
                            }
                        });
    }

    private static void release(@Nullable ByteBuf first) {
        if (first != null) {
            first.release();
        }
    }

    Relay relay() {
        return relay;
    }

    void refuse(Refusal refusal) {
        close(session, refusal);
    }

    /** Ends the connection of a probe that only opened it. */
    void opened() {
        closed = true;
        session.admitted();
        session.end(null);
        var _ = channel.close();
    }

    /** Tests whether the application accepts connections; if not, the probe's connection is reset. */
    void tryApplication() {
        sidecar.dialer()
                .application(
                        channel.eventLoop(),
                        Descriptors.Use.UPKEEP,
                        session.destination(),
                        new ChannelInboundHandlerAdapter(),
                        new Dialer.Caller() {
                            @Override
                            public boolean over() {
                                return false; // the connection ends normally: only the result of connecting counts
                            }

                            @Override
                            public void connected(Channel application) {
                                var _ = application.close();
                            }

                            @Override
                            public void failed(Refusal refusal) {
                                if (!closed) {
                                    close(session, refusal);
                                }
                            }
                        });
    }

    /** Called when the peer closed the connection before anything was decided. */
    void gone() {
        closed = true;
        relay.abort(Refusal.of(Refusal.Code.BROKEN, "the peer closed the connection"));
        var _ = channel.close();
    }

    @Override
    public void drain() {
        admission.drain();
    }

    @Override
    public void close(Session refused, Refusal refusal) {
        closed = true;
        relay.abort(refusal);
        Relay.reset(channel);
    }
}
