package dev.weft.proxy.mesh;

import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.InboundMode;
import dev.weft.api.v1.ProbeExemption;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.model.PolicySet;
import dev.weft.policy.wire.PolicyWire;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the workload accepts.
 *
 * @param version the control plane's version of it
 * @param addresses the workload's own: the only ones that a tunnel may ask for
 * @param permissive whether plaintext is admitted, as an unauthenticated peer
 * @param policies decide who may
 * @param policyNames {@code namespace/name} of each
 * @param defaultDecision as written in {@code /status}
 * @param probes exempt from all of it
 */
public record InboundConfig(
        String version,
        Set<InetAddress> addresses,
        boolean permissive,
        CompiledPolicies policies,
        List<String> policyNames,
        String defaultDecision,
        List<Probe> probes) {
    /** Own addresses of one workload. */
    private static final int MAX_ADDRESSES = 256;
    /** Exempt probes of one workload. */
    private static final int MAX_PROBES = 256;

    public InboundConfig {
        addresses = Set.copyOf(addresses);
        policyNames = List.copyOf(policyNames);
        probes = List.copyOf(probes);
    }

    /** An exempt probe; an empty path means the mere opening of a connection. */
    public record Probe(int port, String path) {}

    /** Reads the control plane's words. Throws IllegalArgumentException with the reason for which it is refused. */
    public static InboundConfig fromProto(String version, Inbound inbound, TrustDomain trustDomain) {
        if (inbound.getAddressesCount() > MAX_ADDRESSES || inbound.getProbesCount() > MAX_PROBES) {
            throw new IllegalArgumentException(
                    "inbound: " + inbound.getAddressesCount() + " addresses, " + inbound.getProbesCount()
                            + " probes (expected: at most " + MAX_ADDRESSES + " and " + MAX_PROBES + ")");
        }
        Set<InetAddress> addresses = new HashSet<>();
        for (String address : inbound.getAddressesList()) {
            addresses.add(InetAddress.ofLiteral(address));
        }
        List<Probe> probes = new ArrayList<>();
        for (ProbeExemption probe : inbound.getProbesList()) {
            probes.add(new Probe(probe.getPort(), probe.getPath()));
        }
        PolicySet set = PolicyWire.fromProto(inbound.getPolicies());
        List<String> names = new ArrayList<>();
        inbound.getPolicies().getPoliciesList().forEach(p -> names.add(p.getNamespace() + "/" + p.getName()));
        return new InboundConfig(
                version,
                addresses,
                inbound.getMode() == InboundMode.INBOUND_MODE_PERMISSIVE,
                CompiledPolicies.compile(trustDomain, set),
                names,
                inbound.getPolicies()
                        .getDefaultDecision()
                        .name()
                        .replace("DEFAULT_DECISION_", "")
                        .toLowerCase(java.util.Locale.ROOT),
                probes);
    }
}
