package dev.weft.proxy.exchange;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.session.Holder;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.tunnel.client.ClientTunnel;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reports to the application's session: the endpoint of its latest request, and the bytes that are held because a
 * receiver does not take them.
 */
final class Accounts implements Holder {
    private final Session session;
    private final LongSupplier holding;
    private final Consumer<Refusal> breakOff;
    private long noted;
    private @Nullable ClientTunnel tunnel;
    private @Nullable Upstream upstream;

    Accounts(Session session, LongSupplier holding, Consumer<Refusal> breakOff) {
        this.session = session;
        this.holding = holding;
        this.breakOff = breakOff;
    }

    void routed(InetSocketAddress endpoint) {
        session.routed(endpoint);
    }

    /** Sets the session that has the present request, which need not be open yet; null if none has it. */
    void given(@Nullable Upstream to) {
        upstream = to;
    }

    /** Returns why the rules for calls out of the mesh do not allow the present request any more; null if they do. */
    @Nullable
    Refusal check() {
        return upstream == null ? null : upstream.egress();
    }

    /** Called when the present request goes to this session. */
    void uses(Upstream upstream) {
        tunnel = upstream instanceof TunnelUpstream tunnelled ? tunnelled.tunnel() : null;
        if (tunnel == null) {
            session.decided("unmeshed", "");
        } else if (session.tunnel() != tunnel.id()) {
            session.secured(tunnel.localIdentity(), tunnel.peerIdentity(), tunnel.id(), tunnel.tls());
        }
    }

    /** Whether the present request is the connection's last one, because the sidecar stops. */
    boolean draining() {
        return session.draining();
    }

    /** Called when the endpoint has accepted the session. */
    void admitted() {
        session.admitted();
        if (tunnel != null) {
            session.decided("allow", "");
        }
    }

    /** Called when the session becomes a bulk transfer. */
    void bulkBegan() {
        if (tunnel != null) {
            tunnel.bulkBegan(session);
        }
    }

    /** Called when the bytes that are held may have changed. */
    void noteHeld() {
        session.noteHeld(this);
    }

    @Override
    public long held() {
        return holding.getAsLong();
    }

    @Override
    public long noted() {
        return noted;
    }

    @Override
    public void setNoted(long held) {
        noted = held;
    }

    @Override
    public @Nullable SpiffeId peer() {
        return session.peerIdentity();
    }

    @Override
    public void abort(Refusal refusal) {
        breakOff.accept(refusal);
    }
}
