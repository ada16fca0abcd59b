package dev.weft.mesh.model;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A workload: a process with an identity, with or without a sidecar. It does not matter how the process is started.
 *
 * @param labels labels for selectors
 * @param serviceAccount its service account; namespace and service account make up its identity
 * @param ports TCP ports on which it listens, as far as declared
 * @param udpPorts UDP ports on which it listens, as far as declared; they are reached in plaintext, past the sidecar
 * @param readiness check whether it can be called; null if it always can
 * @param liveness check whether it must be restarted; null for no check
 * @param meshed whether it has a sidecar
 * @param inbound what its sidecar does with plaintext; null for the namespace's or the mesh's default
 * @param reachablePorts which of its ports may be reached; null for the default
 * @param skipOutboundPorts remote ports that it reaches without the sidecar
 * @param skipInboundPorts own ports that others reach without the sidecar
 * @param addresses IP addresses, where the mesh does not give them
 * @param platformProbes probes that its platform makes besides readiness and liveness; its sidecar lets them through as
 *     well
 * @param instance distinguishes it from others that have had its name; empty where nothing does
 * @param identityEnded whether its service account was deleted: it gets no further certificate, and stays a workload
 *     that is called through its sidecar or not at all
 * @param nodeZone zone of the node that it runs on; empty if it is not known
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
        String instance,
        boolean identityEnded,
        String nodeZone) {

    public Workload {
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
        ports = List.copyOf(ports);
        udpPorts = Set.copyOf(udpPorts);
        skipOutboundPorts = Set.copyOf(skipOutboundPorts);
        skipInboundPorts = Set.copyOf(skipInboundPorts);
        addresses = List.copyOf(addresses);
        platformProbes = List.copyOf(platformProbes);
    }

    /** Creates a workload without platform probes. */
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
                "",
                false,
                "");
    }

    /** Returns this workload, whose identity has ended or not. */
    public Workload withIdentityEnded(boolean ended) {
        return ended == identityEnded ? this : with(ended, nodeZone);
    }

    /** Returns this workload on a node of this zone; empty if it is not known. */
    public Workload withNodeZone(String zone) {
        return zone.equals(nodeZone) ? this : with(identityEnded, zone);
    }

    /** Returns this workload without a port that can be called. It stays known by its name, labels and addresses. */
    public Workload closed() {
        return new Workload(
                name,
                labels,
                serviceAccount,
                List.of(),
                Set.of(),
                null,
                null,
                meshed,
                null,
                PortScope.DECLARED,
                Set.of(),
                Set.of(),
                addresses,
                List.of(),
                instance,
                identityEnded,
                nodeZone);
    }

    private Workload with(boolean ended, String zone) {
        return new Workload(
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
                platformProbes,
                instance,
                ended,
                zone);
    }

    /**
     * A port on which a workload listens.
     *
     * @param name name for use by Services; null for no name
     * @param port 1 to 65535
     * @param appProtocol application protocol, named as in Kubernetes; null if not declared
     */
    public record Port(
            @Nullable String name, int port, @Nullable String appProtocol) {}

    /** The label with the workload's zone, as on nodes of Kubernetes. */
    public static final String ZONE_LABEL = "topology.kubernetes.io/zone";

    /** Returns the zone of the workload's label, else that of its node; empty if neither is known. */
    public String zone() {
        return labels.getOrDefault(ZONE_LABEL, nodeZone);
    }

    /** Returns {@code spiffe://<trust domain>/ns/<namespace>/sa/<service account>}. */
    public SpiffeId identity(TrustDomain trustDomain) {
        return SpiffeId.ofServiceAccount(trustDomain, name.namespace(), serviceAccount);
    }

    /**
     * Returns which of its ports may be reached: as configured, otherwise all ports of a workload that the mesh runs.
     * For a workload with own addresses it is the declared ports only: other programs on that machine may listen on
     * ports that were not meant to be open.
     */
    public PortScope portScope() {
        if (reachablePorts != null) {
            return reachablePorts;
        }
        return addresses.isEmpty() ? PortScope.ALL : PortScope.DECLARED;
    }

    /** Returns the numbers of all named ports, for who looks up many. The first port of a name counts. */
    public Map<String, Integer> portsByName() {
        Map<String, Integer> named = new HashMap<>();
        for (Port port : ports) {
            if (port.name() != null) {
                named.putIfAbsent(port.name(), port.port());
            }
        }
        return named;
    }

    /** Returns the number of a named port; empty if there is none. */
    public OptionalInt portNamed(String portName) {
        return ports.stream()
                .filter(port -> portName.equals(port.name()))
                .mapToInt(Port::port)
                .findFirst();
    }
}
