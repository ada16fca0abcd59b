package dev.weft.proxy.sidecar;

import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Peer;
import dev.weft.policy.limit.LimitRule;
import dev.weft.proxy.capture.Sockets;
import dev.weft.proxy.limit.CallerLimits;
import dev.weft.proxy.limit.ConcurrencyLimits;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.limit.NoDescriptorException;
import dev.weft.proxy.limit.RateLimiter;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.mesh.MeshState;
import dev.weft.proxy.observe.SidecarMetrics;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.session.SessionRegistry;
import dev.weft.proxy.settings.HeadLimits;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a workload's context that every connection needs.
 *
 * @param connectTimeout how long the other side of a new connection may take to accept it
 * @param peerSilence after how long a silent peer is asked for a sign of life, while it has requests or sessions
 */
public record Sidecar(
        MeshState mesh,
        Sockets sockets,
        SessionRegistry registry,
        SidecarMetrics metrics,
        OwnPorts ownPorts,
        Requests requests,
        RateLimiter limiter,
        Duration connectTimeout,
        Duration peerSilence) {

    /** Returns how large the heads of requests and responses may be. */
    public HeadLimits heads() {
        return requests.http().heads();
    }

    /**
     * Returns the limits on a caller's requests or new connections at a port, by what the workload accepts at this
     * moment.
     */
    public CallerLimits limits(InboundConfig config, LimitRule.Unit unit, Peer peer, int port) {
        return limiter.of(config.rateLimits(), unit, config.policies(), peer, port);
    }

    /** Returns the limits on a caller's concurrent requests at a port. */
    public ConcurrencyLimits load(InboundConfig config, Peer peer, int port) {
        return limiter.load(config.rateLimits(), config.policies(), peer, port);
    }

    /**
     * Returns why one more request or connection of a caller is refused, and counts the refusal; null if it is not
     * refused.
     */
    @Nullable
    public Decision tooMany(CallerLimits limits) {
        Decision exceeded = limits.isEmpty() ? null : limits.take(limiter.now());
        if (exceeded != null) {
            metrics.rateLimited(
                    exceeded.policy(), exceeded.code() == Code.TOO_MANY_REQUESTS ? "request" : "connection");
        }
        return exceeded;
    }

    /**
     * Returns why the session that was just opened for this connection exceeds a limit, and counts the refusal; null if
     * it does not.
     */
    public @Nullable Refusal tooManySessions(EpollSocketChannel accepted) {
        if (!mayStay(accepted, Descriptors.Use.SESSION)) {
            return tooFewDescriptors();
        }
        Refusal tooMany = registry.tooMany();
        if (tooMany != null) {
            metrics.limitHit("sessions");
        }
        return tooMany;
    }

    /** Returns why nothing is carried to this address, if it is the sidecar's own; else null. */
    public @Nullable Refusal meantForItself(InetSocketAddress destination) {
        if (!ownPorts.has(destination.getPort())) {
            return null;
        }
        InetAddress address = destination.getAddress();
        InboundConfig inbound = mesh.inbound();
        boolean own = address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || (inbound != null && inbound.addresses().contains(address));
        return own ? ownPort(destination.getPort()) : null;
    }

    public static Refusal ownPort(int port) {
        return Refusal.of(Refusal.Code.LOOP, "port " + port + " is the sidecar's own: nothing is carried to it");
    }

    /**
     * Whether there is a file descriptor for a connection that was just accepted. If there is none, the refusal is
     * counted.
     */
    public boolean mayStay(EpollSocketChannel accepted, Descriptors.Use use) {
        boolean stays = sockets.descriptors().allow(use, accepted, accepted.eventLoop());
        if (!stays) {
            metrics.limitHit("descriptors");
        }
        return stays;
    }

    /** Returns the refusal of a session for which there is no file descriptor. */
    public static Refusal tooFewDescriptors() {
        return Refusal.of(
                Refusal.Code.LIMIT,
                "the workload's sidecar has no file descriptor for another connection: raise its limit, or let others"
                        + " end");
    }

    public Dialer dialer() {
        return new Dialer(this);
    }

    /**
     * Returns why a connection could not be made: {@code otherwise}, unless the sidecar had no file descriptor for it,
     * which is counted.
     */
    public Refusal notConnected(Throwable cause, Refusal.Code code, String otherwise) {
        if (cause instanceof NoDescriptorException) {
            metrics.limitHit("descriptors");
            return tooFewDescriptors();
        }
        return Refusal.of(code, otherwise + ": " + Refusal.why(cause));
    }

    /**
     * Returns why a caller's session exceeds a limit, and counts the refusal; null if it does not. The session counts
     * in the caller's share.
     */
    public @Nullable Refusal tooManySessions(Session session, EpollSocketChannel accepted) {
        return mayStay(accepted, Descriptors.Use.SESSION) ? tooManySessions(session) : tooFewDescriptors();
    }

    /** Like {@link #tooManySessions(Session, EpollSocketChannel)}, for a session that came in a tunnel. */
    public @Nullable Refusal tooManySessions(Session session) {
        Refusal tooMany = registry.tooMany(session);
        if (tooMany != null) {
            metrics.limitHit(tooMany.code().equals(Refusal.Code.LIMIT.code()) ? "sessions" : "sessions-of-identity");
        }
        return tooMany;
    }
}
