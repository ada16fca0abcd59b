package dev.weft.proxy.tunnel;

import dev.weft.proxy.capture.Sockets;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.mesh.MeshState;
import dev.weft.proxy.observe.Metrics;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.session.SessionRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The parts of a workload's context that every connection needs. */
public record Sidecar(MeshState mesh, Sockets sockets, SessionRegistry registry, Metrics metrics, OwnPorts ownPorts) {

    /** Why a session that was just opened is one too many, which is counted; null if it is not. */
    public @Nullable Refusal tooManySessions() {
        Refusal tooMany = registry.tooMany();
        if (tooMany != null) {
            metrics.limitHit("sessions");
        }
        return tooMany;
    }

    /** Why nothing is carried to this address, where it is the sidecar's own; null if it is not. */
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

    static Refusal ownPort(int port) {
        return Refusal.of(Refusal.Code.LOOP, "port " + port + " is the sidecar's own: nothing is carried to it");
    }

    /** The same for a session of a caller, which counts in the caller's share. */
    public @Nullable Refusal tooManySessions(Session session) {
        Refusal tooMany = registry.tooMany(session);
        if (tooMany != null) {
            metrics.limitHit(tooMany.code().equals(Refusal.Code.LIMIT.code()) ? "sessions" : "sessions-of-identity");
        }
        return tooMany;
    }
}
