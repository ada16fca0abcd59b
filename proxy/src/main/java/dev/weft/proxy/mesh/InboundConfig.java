package dev.weft.proxy.mesh;

import com.google.protobuf.MessageLite;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.InboundMode;
import dev.weft.api.v1.PortScope;
import dev.weft.api.v1.ProbeExemption;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.egress.EgressRules;
import dev.weft.policy.egress.EgressWire;
import dev.weft.policy.limit.RateLimit;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.model.NotUnderstood;
import dev.weft.policy.model.PolicySet;
import dev.weft.policy.wire.PolicyWire;
import dev.weft.policy.wire.RateLimitWire;
import dev.weft.policy.wire.UnknownFields;
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
 * @param reachable the ports that may be asked for at all
 * @param udpPorts declared UDP ports, which nothing of this is about: their packets come past the sidecar
 * @param permissive whether plaintext is admitted, as an unauthenticated peer
 * @param policies decide who may
 * @param policyNames {@code namespace/name} of each
 * @param defaultDecision as written in {@code /status}
 * @param probes exempt from all of it
 * @param rateLimits how many requests and new connections of whom it takes
 * @param egress what the workload may call outside of the mesh
 * @param zone where the workload is; empty if nothing is said of it
 */
public record InboundConfig(
        String version,
        Set<InetAddress> addresses,
        Reachable reachable,
        Set<Integer> udpPorts,
        boolean permissive,
        CompiledPolicies policies,
        List<String> policyNames,
        String defaultDecision,
        List<Probe> probes,
        List<RateLimit> rateLimits,
        EgressRules egress,
        String zone) {
    /** Own addresses of one workload. */
    private static final int MAX_ADDRESSES = 256;
    /** Exempt probes of one workload. */
    private static final int MAX_PROBES = 256;
    /** Declared ports of one workload. */
    private static final int MAX_PORTS = 4096;

    public InboundConfig {
        addresses = Set.copyOf(addresses);
        udpPorts = Set.copyOf(udpPorts);
        policyNames = List.copyOf(policyNames);
        probes = List.copyOf(probes);
        rateLimits = List.copyOf(rateLimits);
    }

    /** An exempt probe; an empty path means the mere opening of a connection. */
    public record Probe(int port, String path) {}

    /** Ports of the workload that may be asked for. */
    public sealed interface Reachable {
        /** Every one. */
        record All() implements Reachable {}

        /** These, and no others. */
        record Declared(Set<Integer> ports) implements Reachable {
            public Declared {
                ports = Set.copyOf(ports);
            }
        }

        /** Whether this port is one of them. */
        default boolean has(int port) {
            return switch (this) {
                case All _ -> true;
                case Declared(Set<Integer> ports) -> ports.contains(port);
            };
        }
    }

    /** Reads the control plane's words. Throws IllegalArgumentException with the reason for which it is refused. */
    public static InboundConfig fromProto(String version, Inbound inbound, TrustDomain trustDomain) {
        limited("addresses", inbound.getAddressesCount(), MAX_ADDRESSES);
        limited("probes", inbound.getProbesCount(), MAX_PROBES);
        limited("declared ports", inbound.getDeclaredPortsCount(), MAX_PORTS);
        limited("UDP ports", inbound.getUdpPortsCount(), MAX_PORTS);
        limited("rate limits", inbound.getRateLimitsCount(), RateLimit.MAX_OF_WORKLOAD);
        UnknownFields.refuse("inbound", withoutKnownFields(inbound));
        Set<InetAddress> addresses = new HashSet<>();
        for (String address : inbound.getAddressesList()) {
            addresses.add(InetAddress.ofLiteral(address));
        }
        PolicySet set = PolicyWire.fromProto(inbound.getPolicies());
        List<String> names = new ArrayList<>();
        inbound.getPolicies().getPoliciesList().forEach(p -> names.add(p.getNamespace() + "/" + p.getName()));
        return new InboundConfig(
                version,
                addresses,
                inbound.getPortScope() == PortScope.PORT_SCOPE_ALL
                        ? new Reachable.All()
                        : new Reachable.Declared(new HashSet<>(inbound.getDeclaredPortsList())),
                new HashSet<>(inbound.getUdpPortsList()),
                inbound.getMode() == InboundMode.INBOUND_MODE_PERMISSIVE,
                CompiledPolicies.compile(trustDomain, set),
                names,
                inbound.getPolicies()
                        .getDefaultDecision()
                        .name()
                        .replace("DEFAULT_DECISION_", "")
                        .toLowerCase(java.util.Locale.ROOT),
                probes(inbound),
                inbound.getRateLimitsList().stream()
                        .map(RateLimitWire::fromProto)
                        .toList(),
                inbound.hasEgress() ? EgressWire.fromProto(inbound.getEgress()) : EgressRules.OPEN,
                inbound.getZone());
    }

    private static List<Probe> probes(Inbound inbound) {
        List<Probe> probes = new ArrayList<>();
        for (ProbeExemption probe : inbound.getProbesList()) {
            UnknownFields.refuse(
                    "probe", probe.toBuilder().clearPort().clearPath().build());
            probes.add(new Probe(probe.getPort(), probe.getPath()));
        }
        return probes;
    }

    private static void limited(String what, int count, int most) {
        if (count > most) {
            throw new IllegalArgumentException("inbound: " + count + " " + what + " (expected: at most " + most + ")");
        }
    }

    private static MessageLite withoutKnownFields(Inbound inbound) {
        return inbound.toBuilder()
                .clearWorkload()
                .clearAddresses()
                .clearMode()
                .clearPolicies()
                .clearProbes()
                .clearPortScope()
                .clearDeclaredPorts()
                .clearUdpPorts()
                .clearRateLimits()
                .clearEgress()
                .clearZone()
                .build();
    }

    /** The same workload when what the control plane says of it now cannot be used: its probes, no one besides, and no call outside. */
    InboundConfig closed(PolicyRefusal refusal, TrustDomain trustDomain) {
        NotUnderstood everything = new NotUnderstood(PolicyRefusal.CODE, Set.of(), refusal.reason());
        PolicySet nobody = new PolicySet(List.of(), List.of(everything), DefaultDecision.DENY);
        return new InboundConfig(
                version,
                addresses,
                reachable,
                Set.of(),
                permissive,
                CompiledPolicies.compile(trustDomain, nobody),
                List.of(),
                "deny",
                probes,
                List.of(),
                EgressRules.CLOSED,
                zone);
    }
}
