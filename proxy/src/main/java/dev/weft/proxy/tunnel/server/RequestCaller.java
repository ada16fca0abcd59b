package dev.weft.proxy.tunnel.server;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.session.Refusal;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The peer of a tunnel, as those see it who carry its requests. Belongs to the tunnel's event loop. */
public interface RequestCaller {
    /** The tunnel's event loop. */
    EventLoop loop();

    /** The tunnel's number. */
    long id();

    /** Where the tunnel comes from. */
    InetSocketAddress peerAddress();

    /** The workload's identity. */
    SpiffeId localIdentity();

    /** The peer's proven identity. */
    SpiffeId peerIdentity();

    /** TLS version and cipher. */
    String tls();

    /** Why the tunnel is no longer trusted; null if it is. */
    @Nullable
    Refusal check();

    /** Why the tunnel was closed from this side, if it was. */
    @Nullable
    Refusal ending();

    /** The answer that the peer gets without being judged, as it is refused all the time; else null. */
    @Nullable
    Refusal refusalAgain(InetSocketAddress destination);

    /** It got that answer. */
    void refusedAgain();

    /** A request of the peer was reset without an answer, as too many of them cannot pass; one that goes on faster by far loses its tunnel. */
    void flooded();

    /** It asks by far too often for what it may not have: its tunnel ends. */
    void calm();

    /** The peer was refused; one that is refused too often loses its tunnel by this. */
    void refused(InetSocketAddress destination, Refusal refusal);
}
