package dev.weft.proxy.tunnel.server;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.session.Refusal;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The peer of a tunnel, as seen by the code that carries its requests. Belongs to the tunnel's event loop. */
public interface RequestCaller {
    /** Returns the tunnel's event loop. */
    EventLoop loop();

    /** Returns the tunnel's number. */
    long id();

    /** Returns the address from which the peer opened the tunnel. */
    InetSocketAddress peerAddress();

    /** Returns the workload's identity. */
    SpiffeId localIdentity();

    /** Returns the peer's proven identity. */
    SpiffeId peerIdentity();

    /** Returns TLS version and cipher. */
    String tls();

    /** Returns why the tunnel is no longer trusted; null if it is. */
    @Nullable
    Refusal check();

    /** Returns why this side closed the tunnel; null if it did not. */
    @Nullable
    Refusal ending();

    /** Returns the answer that the peer gets without being judged, because it is refused again and again; else null. */
    @Nullable
    Refusal refusalAgain(InetSocketAddress destination);

    /** Counts that the peer got the repeated answer. */
    void refusedAgain();

    /**
     * Counts a request of the peer that was reset without an answer, because too many of its requests cannot pass. A
     * peer that continues much faster loses its tunnel.
     */
    void flooded();

    /** Ends the tunnel of a peer that asks by far too often for what it may not have. */
    void calm();

    /** Counts a refusal of the peer. A peer that is refused too often loses its tunnel. */
    void refused(InetSocketAddress destination, Refusal refusal);
}
