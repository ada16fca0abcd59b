package dev.weft.proxy.egress;

import dev.weft.policy.egress.EgressRules;
import dev.weft.policy.egress.EgressRules.ByAddress;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.mesh.MeshState;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.settings.HeadLimits;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether one connection of the application may leave the mesh, by the present rules and by the host that it
 * named last. Belongs to the connection's event loop.
 */
public final class OutsideCall {
    private final MeshState mesh;
    private final HeadLimits heads;
    private @Nullable String host;

    /**
     * Creates a call that has named no host yet.
     *
     * @param heads how large the heads of its requests may be
     */
    public OutsideCall(MeshState mesh, HeadLimits heads) {
        this.mesh = mesh;
        this.heads = heads;
    }

    /** Returns how large the heads of its requests may be. */
    HeadLimits heads() {
        return heads;
    }

    /** Returns the present rules; null until the control plane has sent them. */
    public @Nullable EgressRules rules() {
        InboundConfig config = mesh.inbound();
        return config == null ? null : config.egress();
    }

    /** Whether the rules for calls out of the mesh apply to this destination, because some endpoint is outside. */
    public boolean governs(Route.ToEndpoints destination) {
        EgressRules rules = rules();
        return destination.leadsToPlaintext() && (rules == null || !rules.open());
    }

    /** Records the host that the application has named, in lower case and without a port. */
    public void named(String said) {
        host = said;
    }

    /** Whether the application must name a host before this address may be called. */
    public boolean needsHost(InetSocketAddress address) {
        EgressRules rules = rules();
        return host == null
                && rules != null
                && rules.byAddress(address.getAddress(), address.getPort()) == ByAddress.BY_HOST;
    }

    /** Returns why this address may not be called; null if it may. */
    public @Nullable Refusal check(InetSocketAddress address) {
        EgressRules rules = rules();
        if (rules == null) {
            return Refusal.of(
                    Refusal.Code.EGRESS_UNKNOWN,
                    "the sidecar has not heard yet what this workload may call outside of the mesh");
        }
        return switch (rules.byAddress(address.getAddress(), address.getPort())) {
            case ALLOWED -> null;
            case BY_HOST -> byHost(rules, address.getPort());
            case DENIED -> denied(address.getAddress().getHostAddress() + " on port " + address.getPort());
        };
    }

    private @Nullable Refusal byHost(EgressRules rules, int port) {
        String named = host;
        if (named == null) {
            return Refusal.of(
                    Refusal.Code.EGRESS_UNREADABLE,
                    "policies allow port " + port + " by host, and the application named none that was read");
        }
        return check(rules, named, port);
    }

    /** Returns why a host that the application names may not be called; null if it may, and then records it. */
    @Nullable
    Refusal checkNamed(String said, int port) {
        EgressRules rules = rules();
        Refusal refusal = rules == null
                ? Refusal.of(Refusal.Code.EGRESS_UNKNOWN, "the rules of this workload are not known any more")
                : check(rules, said, port);
        if (refusal == null) {
            named(said);
        }
        return refusal;
    }

    private static @Nullable Refusal check(EgressRules rules, String host, int port) {
        return rules.open() || rules.allowing(host, port).isPresent()
                ? null
                : denied((host.isEmpty() ? "a request without a host" : "host " + host) + " on port " + port);
    }

    private static Refusal denied(String what) {
        return Refusal.of(
                Refusal.Code.EGRESS_DENIED,
                "no EgressPolicy allows this workload to call " + what + " outside of the mesh");
    }

    /** Returns the policy that allows the call, for logs; empty if no policy is needed. */
    public Optional<String> policy(InetSocketAddress address) {
        EgressRules rules = rules();
        if (rules == null || rules.open()) {
            return Optional.empty();
        }
        Optional<String> byAddress = rules.allowing(address.getAddress(), address.getPort());
        return byAddress.isPresent() || host == null ? byAddress : rules.allowing(host, address.getPort());
    }
}
