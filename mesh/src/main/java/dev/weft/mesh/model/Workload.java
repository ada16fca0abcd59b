package dev.weft.mesh.model;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A process that is part of the mesh's world, meshed or not. How the process is started is not the mesh's business.
 *
 * @param name its name
 * @param labels what selectors look at
 * @param serviceAccount who it is: with the namespace, its identity
 * @param ports the ports it listens on, as far as declared
 * @param udpPorts the UDP ports it listens on, as far as declared; they are reached in plaintext, past the sidecar
 * @param readiness whether it can be called; null if always
 * @param liveness whether it must be started again; null if never
 * @param meshed whether it has a sidecar
 * @param inbound what its sidecar does with plaintext; null for the namespace's or the default
 * @param reachablePorts which of its ports may be reached; null for the default
 * @param skipOutboundPorts ports of others that it reaches without the sidecar
 * @param skipInboundPorts own ports that others reach without the sidecar
 * @param addresses IP addresses, where the mesh does not give them
 * @param platformProbes probes that others make of it, beside readiness and liveness: its sidecar lets them through as those
 * @param instance tells it from earlier and later ones of its name; empty where nothing does
 */
public record Workload(
        ObjectName name,
        Map<String, String> labels,
        String serviceAccount,
        List<Port> ports,
        Set<Integer> udpPorts,
        @Nullable Probe readiness,
        @Nullable Probe liveness,
        boolean meshed,
        @Nullable InboundMode inbound,
        @Nullable PortScope reachablePorts,
        Set<Integer> skipOutboundPorts,
        Set<Integer> skipInboundPorts,
        List<String> addresses,
        List<Probe.Action> platformProbes,
        String instance) {

    public Workload {
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
        ports = List.copyOf(ports);
        udpPorts = Set.copyOf(udpPorts);
        skipOutboundPorts = Set.copyOf(skipOutboundPorts);
        skipInboundPorts = Set.copyOf(skipInboundPorts);
        addresses = List.copyOf(addresses);
        platformProbes = List.copyOf(platformProbes);
    }

    /** A workload that is probed by the mesh alone, and known by its name. */
    public Workload(
            ObjectName name,
            Map<String, String> labels,
            String serviceAccount,
            List<Port> ports,
            Set<Integer> udpPorts,
            @Nullable Probe readiness,
            @Nullable Probe liveness,
            boolean meshed,
            @Nullable InboundMode inbound,
            @Nullable PortScope reachablePorts,
            Set<Integer> skipOutboundPorts,
            Set<Integer> skipInboundPorts,
            List<String> addresses) {
        this(
                name,
                labels,
                serviceAccount,
                ports,
                udpPorts,
                readiness,
                liveness,
                meshed,
                inbound,
                reachablePorts,
                skipOutboundPorts,
                skipInboundPorts,
                addresses,
                List.of(),
                "");
    }

    /**
     * A port that a workload listens on.
     *
     * @param name a name for Services; null for none
     * @param port 1 to 65535
     * @param appProtocol what is spoken there, as Kubernetes names it; null if not said
     */
    public record Port(
            @Nullable String name, int port, @Nullable String appProtocol) {}

    /** The label that says in which zone it is, as on nodes of Kubernetes. */
    public static final String ZONE_LABEL = "topology.kubernetes.io/zone";

    /** Where it is; empty if nothing is said of it. */
    public String zone() {
        return labels.getOrDefault(ZONE_LABEL, "");
    }

    /** {@code spiffe://<trust domain>/ns/<namespace>/sa/<service account>}. */
    public SpiffeId identity(TrustDomain trustDomain) {
        return SpiffeId.ofServiceAccount(trustDomain, name.namespace(), serviceAccount);
    }

    /**
     * Which of its ports may be reached: as it says, else all of one that the mesh runs. On a machine elsewhere the ports that
     * it declares, as much else listens there that was not meant to be open.
     */
    public PortScope portScope() {
        if (reachablePorts != null) {
            return reachablePorts;
        }
        return addresses.isEmpty() ? PortScope.ALL : PortScope.DECLARED;
    }

    /** The number of a named port. */
    public OptionalInt portNamed(String portName) {
        return ports.stream()
                .filter(port -> portName.equals(port.name()))
                .mapToInt(Port::port)
                .findFirst();
    }
}
