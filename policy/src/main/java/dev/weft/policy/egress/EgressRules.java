package dev.weft.policy.egress;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * What one workload may call outside of the mesh. Immutable.
 *
 * @param open whether it may call anything; then no policy is asked
 * @param policies those that select the workload: what none of them allows is refused
 */
public record EgressRules(boolean open, List<EgressPolicy> policies) {

    /** The most entries of all policies of one workload. */
    public static final int MAX_TARGETS = 16_384;

    /** The most octets of all policies of one workload as they are told to its proxy: it takes 4 MiB at a time. */
    public static final int MAX_OCTETS = 512 << 10;

    /** Everything may be called. */
    public static final EgressRules OPEN = new EgressRules(true, List.of());

    /** Nothing may be called. */
    public static final EgressRules CLOSED = new EgressRules(false, List.of());

    public EgressRules {
        policies = List.copyOf(policies);
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
        boolean byHost = policies.stream()
                .flatMap(policy -> policy.to().stream())
                .anyMatch(target -> target instanceof EgressTarget.Host && target.hasPort(port));
        return byHost ? ByAddress.BY_HOST : ByAddress.DENIED;
    }

    /** The policy that allows an address, "namespace/name". */
    public Optional<String> allowing(InetAddress address, int port) {
        for (EgressPolicy policy : policies) {
            for (EgressTarget target : policy.to()) {
                if (target instanceof EgressTarget.Range range
                        && range.hasPort(port)
                        && range.range().contains(address)) {
                    return Optional.of(policy.fullName());
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The policy that allows a host, "namespace/name".
     *
     * @param host in lower case, without a port and without a dot at the end
     */
    public Optional<String> allowing(String host, int port) {
        for (EgressPolicy policy : policies) {
            for (EgressTarget target : policy.to()) {
                if (target instanceof EgressTarget.Host named
                        && named.hasPort(port)
                        && named.host().matches(host)) {
                    return Optional.of(policy.fullName());
                }
            }
        }
        return Optional.empty();
    }

    /** How many entries there are. */
    public int targets() {
        return policies.stream().mapToInt(policy -> policy.to().size()).sum();
    }
}
