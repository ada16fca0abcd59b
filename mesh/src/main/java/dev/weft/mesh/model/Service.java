package dev.weft.mesh.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A name and an address for the workloads of a namespace that a selector finds.
 *
 * @param name its name
 * @param selector labels that a workload must have; empty selects none
 * @param ports what it offers
 * @param clusterIp its address, where the mesh does not give one; null for the mesh's choice
 * @param families the families of its addresses
 * @param prefersZone whether callers prefer its endpoints in their own zone
 */
public record Service(
        ObjectName name,
        Map<String, String> selector,
        List<Port> ports,
        @Nullable String clusterIp,
        Set<IpFamily> families,
        boolean prefersZone) {
    /** What {@code trafficDistribution} may say. A node is no place for a sidecar, so its zone stands for it. */
    public static final List<String> DISTRIBUTIONS = List.of("PreferClose", "PreferSameZone", "PreferSameNode");

    /** One whose endpoints are all alike, wherever they are. */
    public Service(
            ObjectName name,
            Map<String, String> selector,
            List<Port> ports,
            @Nullable String clusterIp,
            Set<IpFamily> families) {
        this(name, selector, ports, clusterIp, families, false);
    }

    public Service {
        selector = Collections.unmodifiableMap(new TreeMap<>(selector));
        ports = List.copyOf(ports);
        families = Set.copyOf(families);
    }

    /**
     * A port of a Service.
     *
     * @param name null where there is only one
     * @param port the Service's port
     * @param targetPort the number or the name of the workloads' port
     * @param appProtocol what is spoken there; null if not said
     */
    public record Port(
            @Nullable String name,
            int port,
            TargetPort targetPort,
            @Nullable String appProtocol) {}

    /** Where a Service's port leads. */
    public sealed interface TargetPort {

        /** The same number on every workload. */
        record Numbered(int port) implements TargetPort {}

        /** Each workload's port of that name. */
        record Named(String name) implements TargetPort {}

        /** The port of one workload; empty if it has none of the name. */
        default OptionalInt on(Workload workload) {
            return switch (this) {
                case Numbered(int port) -> OptionalInt.of(port);
                case Named(String name) -> workload.portNamed(name);
            };
        }
    }

    /** Whether the Service leads to a workload. */
    public boolean selects(Workload workload) {
        return !selector.isEmpty()
                && workload.name().namespace().equals(name.namespace())
                && workload.labels().entrySet().containsAll(selector.entrySet());
    }
}
