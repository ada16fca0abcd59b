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

/** What is told of the application's session: the endpoint that its latest request went to, and the bytes that no one takes. */
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

    /** The present request has been given to this one, which need not stand yet; null if none has it. */
    void given(@Nullable Upstream to) {
        upstream = to;
    }

    /** Why the present request may not stay where it is, by the rules of what is called outside; null if it may. */
    @Nullable
    Refusal check() {
        return upstream == null ? null : upstream.egress();
    }

    /** The present request goes there. */
    void uses(Upstream upstream) {
        tunnel = upstream instanceof TunnelUpstream tunnelled ? tunnelled.tunnel() : null;
        if (tunnel == null) {
            session.decided("unmeshed", "");
        } else if (session.tunnel() != tunnel.id()) {
            session.secured(tunnel.localIdentity(), tunnel.peerIdentity(), tunnel.id(), tunnel.tls());
        }
    }

    /** The endpoint has accepted it. */
    void admitted() {
        session.admitted();
        if (tunnel != null) {
            session.decided("allow", "");
        }
    }

    /** The session has begun to move much. */
    void bulkBegan() {
        if (tunnel != null) {
            tunnel.bulkBegan(session);
        }
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
