package dev.weft.policy.egress;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules for calls of one workload to destinations outside of the mesh. Immutable. */
public final class EgressRules {

    /** The most entries of all policies of one workload. */
    public static final int MAX_TARGETS = 16_384;

    /**
     * The most octets of all policies of one workload in the message to its proxy. A proxy accepts messages of up to 4
     * MiB.
     */
    public static final int MAX_OCTETS = 512 << 10;

    /** Rules that allow every destination. */
    public static final EgressRules OPEN = new EgressRules(true, List.of());

    /** Rules that allow no destination. */
    public static final EgressRules CLOSED = new EgressRules(false, List.of());

    private final boolean open;
    private final List<EgressPolicy> policies;
    /** Built at the first question: a control plane holds the rules of many workloads, and asks none of them. */
    private volatile @Nullable EgressIndex index;

    private EgressRules(boolean open, List<EgressPolicy> policies) {
        this.open = open;
        this.policies = List.copyOf(policies);
    }

    /** Whether the workload may call anything; then no policy is asked. */
    public boolean open() {
        return open;
    }

    /** The policies that select the workload. A destination that none of them allows is refused. */
    public List<EgressPolicy> policies() {
        return policies;
    }

    private EgressIndex index() {
        EgressIndex known = index;
        if (known == null) {
            known = new EgressIndex(policies);
            index = known;
        }
        return known;
    }

    /** Returns the rules of a workload that policies select, or whose default is to deny. */
    public static EgressRules of(List<EgressPolicy> policies) {
        return new EgressRules(false, policies);
    }

    /**
     * Returns the first of these policies, as many as a proxy accepts together. The other policies are left out as a
     * whole: destinations that only they allow are refused.
     */
    public static List<EgressPolicy> bounded(List<EgressPolicy> policies) {
        int targets = 0;
        int octets = 0;
        for (int i = 0; i < policies.size(); i++) {
            targets += policies.get(i).to().size();
            octets += EgressWire.octets(policies.get(i));
            if (targets > MAX_TARGETS || octets > MAX_OCTETS) {
                return policies.subList(0, i);
            }
        }
        return policies;
    }

    /** The decision by the address alone. */
    public enum ByAddress {
        /** The address may be called, with any protocol. */
        ALLOWED,
        /** The decision depends on the host that the application names. */
        BY_HOST,
        /** No host at this address and port could be allowed. */
        DENIED
    }

    /** Decides by the address alone, before the application has sent anything. */
    public ByAddress byAddress(InetAddress address, int port) {
        if (open || allowing(address, port).isPresent()) {
            return ByAddress.ALLOWED;
        }
        return index().hasHostAt(port) ? ByAddress.BY_HOST : ByAddress.DENIED;
    }

    /** Returns the policy that allows an address, as "namespace/name". */
    public Optional<String> allowing(InetAddress address, int port) {
        return index().allowing(address, port);
    }

    /**
     * Returns the policy that allows a host, as "namespace/name".
     *
     * @param host in lower case, without a port and without a dot at the end
     */
    public Optional<String> allowing(String host, int port) {
        return index().allowing(host, port);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EgressRules that && open == that.open && policies.equals(that.policies);
    }

    @Override
    public int hashCode() {
        return 31 * policies.hashCode() + Boolean.hashCode(open);
    }

    @Override
    public String toString() {
        return open ? "open" : policies.toString();
    }
}
