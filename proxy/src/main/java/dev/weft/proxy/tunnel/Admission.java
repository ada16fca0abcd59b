package dev.weft.proxy.tunnel;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Peer;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether the workload admits a peer, by its policies. */
public final class Admission {
    private Admission() {}

    /** Decides, and notes the decision on the session; {@code null} means allowed. */
    public static @Nullable Refusal decide(Session session, Sidecar sidecar, @Nullable SpiffeId identity) {
        InboundConfig config = sidecar.mesh().inbound();
        if (config == null) {
            return Refusal.of(Refusal.Code.NOT_READY, "the sidecar holds no policy yet");
        }
        InetSocketAddress destination = session.destination();
        if (!config.addresses().contains(destination.getAddress())) {
            return Refusal.of(
                    Refusal.Code.FOREIGN_ADDRESS,
                    destination.getAddress().getHostAddress() + " is not an address of this workload (expected: one of "
                            + shown(config.addresses()) + ")");
        }
        int port = destination.getPort();
        if (sidecar.ownPorts().has(port)) {
            session.decided("deny", "");
            return Sidecar.ownPort(port);
        }
        if (!config.reachable().has(port)) {
            session.decided("deny", "");
            return Refusal.of(
                    Refusal.Code.PORT_NOT_DECLARED,
                    "port " + port + " is not one that the workload declares, and only those are reached: add it to its"
                            + " ports, or set its reachablePorts to all");
        }
        Peer peer = new Peer(identity, session.source().getAddress());
        Decision decision = config.policies().decide(peer, port);
        decision.audited().forEach(sidecar.metrics()::audited);
        session.decided(decision.allowed() ? "allow" : "deny", decision.policy());
        return switch (decision.outcome()) {
            case ALLOW -> null;
            case DENY -> Refusal.byPolicy(decision.code().text(), decision.reason());
            case PER_REQUEST ->
                Refusal.byPolicy(
                        decision.code().text(),
                        decision.reason() + "; this sidecar cannot judge requests, so it refuses the connection");
        };
    }

    private static String shown(Collection<InetAddress> addresses) {
        return addresses.stream().map(InetAddress::getHostAddress).sorted().collect(Collectors.joining(", "));
    }
}
