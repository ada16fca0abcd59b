package dev.weft.policy.egress;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one workload may call outside of the mesh. Immutable. */
public final class EgressRules {

    /** The most entries of all policies of one workload. */
    public static final int MAX_TARGETS = 16_384;

    /** The most octets of all policies of one workload as they are told to its proxy: it takes 4 MiB at a time. */
    public static final int MAX_OCTETS = 512 << 10;

    /** Everything may be called. */
    public static final EgressRules OPEN = new EgressRules(true, List.of());

    /** Nothing may be called. */
    public static final EgressRules CLOSED = new EgressRules(false, List.of());

    private final boolean open;
    private final List<EgressPolicy> policies;
    /** Made when it is first asked: a control plane has the rules of many workloads, and asks none. */
    private volatile @Nullable EgressIndex index;

    private EgressRules(boolean open, List<EgressPolicy> policies) {
        this.open = open;
        this.policies = List.copyOf(policies);
    }

    /** Whether it may call anything; then no policy is asked. */
    public boolean open() {
        return open;
    }

    /** Those that select the workload: what none of them allows is refused. */
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

    /** Rules of a workload that policies select, or whose default is to deny. */
    public static EgressRules of(List<EgressPolicy> policies) {
        return new EgressRules(false, policies);
    }

    /**
     * The first of these policies that a proxy takes together. The others are left out as a whole, which leaves what only they allow
     * refused.
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

    /** What an address alone says. */
    public enum ByAddress {
        /** It may be called, whatever is spoken. */
        ALLOWED,
        /** It depends on the host that the application names. */
        BY_HOST,
        /** Nothing that is spoken there could be allowed. */
        DENIED
    }

    /** What is known before anything was said. */
    public ByAddress byAddress(InetAddress address, int port) {
        if (open || allowing(address, port).isPresent()) {
            return ByAddress.ALLOWED;
        }
        return index().hasHostAt(port) ? ByAddress.BY_HOST : ByAddress.DENIED;
    }

    /** The policy that allows an address, "namespace/name". */
    public Optional<String> allowing(InetAddress address, int port) {
        return index().allowing(address, port);
    }

    /**
     * The policy that allows a host, "namespace/name".
     *
     * @param host in lower case, without a port and without a dot at the end
     */
    public Optional<String> allowing(String host, int port) {
        return index().allowing(host, port);
    }

    /** How many entries there are. */
    public int targets() {
        return policies.stream().mapToInt(policy -> policy.to().size()).sum();
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
