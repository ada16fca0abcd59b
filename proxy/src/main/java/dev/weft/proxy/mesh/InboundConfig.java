package dev.weft.proxy.mesh;

import com.google.protobuf.MessageLite;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.InboundMode;
import dev.weft.api.v1.PortScope;
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
 * What the workload accepts, and what it may call.
 *
 * @param version the control plane's version of this configuration
 * @param addresses the workload's own addresses: the only ones that a tunnel may ask for
 * @param reachable the ports that a tunnel may ask for
 * @param udpPorts declared UDP ports; nothing here applies to them, because their packets bypass the sidecar
 * @param httpPorts ports on which HTTP is declared: requests are read there, also where no policy is about them
 * @param permissive whether plaintext is admitted, as an unauthenticated peer
 * @param policies decide which peers are admitted
 * @param policyNames {@code namespace/name} of each policy
 * @param defaultDecision decision without a matching policy, as {@code /status} shows it
 * @param probes probes that are exempt from all of this
 * @param rateLimits limits for requests and new connections, by caller
 * @param egress what the workload may call outside of the mesh
 * @param zone the workload's zone; empty if it is not known
 */
public record InboundConfig(
        String version,
        Set<InetAddress> addresses,
        Reachable reachable,
        Set<Integer> udpPorts,
        Set<Integer> httpPorts,
        boolean permissive,
        CompiledPolicies policies,
        List<String> policyNames,
        String defaultDecision,
        List<ExemptProbe> probes,
        List<RateLimit> rateLimits,
        EgressRules egress,
        String zone) {
    /** Most addresses of one workload. */
    private static final int MAX_ADDRESSES = 256;
    /** Most exempt probes of one workload. */
    private static final int MAX_PROBES = 256;
    /** Most declared ports of one workload. */
    private static final int MAX_PORTS = 4096;
    /** The highest number of a port. */
    private static final int LAST_PORT = 65_535;

    public InboundConfig {
        addresses = Set.copyOf(addresses);
        udpPorts = Set.copyOf(udpPorts);
        httpPorts = Set.copyOf(httpPorts);
        policyNames = List.copyOf(policyNames);
        probes = List.copyOf(probes);
        rateLimits = List.copyOf(rateLimits);
    }

    /** The workload's ports that a tunnel may ask for: all, or these only. With {@code all}, none is named. */
    public record Reachable(boolean all, Set<Integer> ports) {
        public Reachable {
            ports = all ? Set.of() : Set.copyOf(ports);
        }

        /** Whether a tunnel may ask for this port. */
        public boolean has(int port) {
            return all || ports.contains(port);
        }
    }

    /** Reads the control plane's message. Throws IllegalArgumentException, with the reason, if it is refused. */
    public static InboundConfig fromProto(String version, Inbound inbound, TrustDomain trustDomain) {
        limited("addresses", inbound.getAddressesCount(), MAX_ADDRESSES);
        limited("probes", inbound.getProbesCount(), MAX_PROBES);
        limited("declared ports", inbound.getDeclaredPortsCount(), MAX_PORTS);
        limited("UDP ports", inbound.getUdpPortsCount(), MAX_PORTS);
        limited("HTTP ports", inbound.getHttpPortsCount(), MAX_PORTS);
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
                new Reachable(
                        inbound.getPortScope() == PortScope.PORT_SCOPE_ALL,
                        new HashSet<>(inbound.getDeclaredPortsList())),
                new HashSet<>(inbound.getUdpPortsList()),
                httpPorts(inbound),
                inbound.getMode() == InboundMode.INBOUND_MODE_PERMISSIVE,
                CompiledPolicies.compile(trustDomain, set),
                names,
                inbound.getPolicies()
                        .getDefaultDecision()
                        .name()
                        .replace("DEFAULT_DECISION_", "")
                        .toLowerCase(java.util.Locale.ROOT),
                inbound.getProbesList().stream().map(ExemptProbe::fromProto).toList(),
                inbound.getRateLimitsList().stream()
                        .map(RateLimitWire::fromProto)
                        .toList(),
                inbound.hasEgress() ? EgressWire.fromProto(inbound.getEgress()) : EgressRules.OPEN,
                inbound.getZone());
    }

    private static Set<Integer> httpPorts(Inbound inbound) {
        Set<Integer> ports = new HashSet<>(inbound.getHttpPortsList());
        for (int port : ports) {
            if (port < 1 || port > LAST_PORT) {
                throw new IllegalArgumentException(
                        "inbound: HTTP port " + Integer.toUnsignedString(port) + " (expected: 1-" + LAST_PORT + ")");
            }
        }
        return ports;
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
                .clearHttpPorts()
                .clearRateLimits()
                .clearEgress()
                .clearZone()
                .build();
    }

    /**
     * Returns this configuration for when the control plane's new one cannot be used: it admits only probes, and allows
     * no call outside of the mesh.
     */
    InboundConfig closed(PolicyRefusal refusal, TrustDomain trustDomain) {
        NotUnderstood everything = new NotUnderstood(PolicyRefusal.CODE, Set.of(), refusal.reason());
        PolicySet nobody = new PolicySet(List.of(), List.of(everything), DefaultDecision.DENY);
        return new InboundConfig(
                version,
                addresses,
                reachable,
                Set.of(),
                httpPorts,
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
