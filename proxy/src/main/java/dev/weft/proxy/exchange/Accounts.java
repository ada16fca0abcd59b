package dev.weft.proxy.exchange;

import dev.weft.proxy.carry.Carrier;
import dev.weft.proxy.carry.HeldBytes;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.tunnel.client.ClientTunnel;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 connection as its session sees it. Reports to the session the endpoint of the latest request, and the
 * bytes that are held because a receiver does not take them.
 */
final class Accounts extends HeldBytes implements Carrier {
    private final Http1Carrier carrier;
    private @Nullable ClientTunnel tunnel;
    private @Nullable Upstream upstream;

    Accounts(Session session, Http1Carrier carrier) {
        super(session);
        this.carrier = carrier;
    }

    /** Sets the session that has the present request, which need not be open yet; null if none has it. */
    void given(@Nullable Upstream to) {
        upstream = to;
    }

    /**
     * Checks the endpoint of the present request by the rules for calls out of the mesh, whatever the connection's
     * destination is. A tunnel is checked separately, and so is a plaintext session when the directory changes.
     */
    @Override
    public @Nullable Refusal check() {
        return upstream == null ? null : upstream.egress();
    }

    /** Called when the present request goes to this session. */
    void uses(Upstream upstream) {
        tunnel = upstream instanceof TunnelUpstream tunnelled ? tunnelled.tunnel() : null;
        if (tunnel == null) {
            session().decided("unmeshed", "");
        } else if (session().tunnel() != tunnel.id()) {
            session().secured(tunnel.localIdentity(), tunnel.peerIdentity(), tunnel.id(), tunnel.tls());
        }
    }

    /** Called when the endpoint has accepted the session. */
    void admitted() {
        session().admitted();
        if (tunnel != null) {
            session().decided("allow", "");
        }
    }

    @Override
    public void bulkBegan() {
        if (tunnel != null) {
            tunnel.bulkBegan(session());
        }
    }

    @Override
    public void close(Refusal refusal) {
        carrier.broken(refusal);
    }

    @Override
    public void drain() {
        carrier.drain();
    }

    @Override
    public void ended() {
        // the carrier ends the session itself
    }

    @Override
    public long held() {
        return carrier.held();
    }

    @Override
    public void abort(Refusal refusal) {
        carrier.broken(refusal);
    }
}
