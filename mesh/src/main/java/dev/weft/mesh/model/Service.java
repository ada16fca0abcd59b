package dev.weft.mesh.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A Service: one name and address for the workloads of a namespace that a selector finds.
 *
 * @param selector labels that a workload must have; an empty selector selects no workload
 * @param clusterIp its IP address if the mesh does not choose one; null if the mesh chooses
 * @param prefersZone whether callers prefer endpoints in their own zone
 * @param publishesNotReady whether it also leads to workloads that are not ready
 */
public record Service(
        ObjectName name,
        Map<String, String> selector,
        List<Port> ports,
        @Nullable String clusterIp,
        Set<IpFamily> families,
        boolean prefersZone,
        boolean publishesNotReady) {
    /**
     * The values that {@code trafficDistribution} may have. Sidecars know zones but not nodes, so PreferSameNode
     * prefers the same zone.
     */
    public static final List<String> DISTRIBUTIONS = List.of("PreferClose", "PreferSameZone", "PreferSameNode");

    /** Creates a Service whose callers treat all ready endpoints alike, whatever their zone. */
    public Service(
            ObjectName name,
            Map<String, String> selector,
            List<Port> ports,
            @Nullable String clusterIp,
            Set<IpFamily> families) {
        this(name, selector, ports, clusterIp, families, false, false);
    }

    public Service {
        selector = Collections.unmodifiableMap(new TreeMap<>(selector));
        ports = List.copyOf(ports);
        families = Set.copyOf(families);
    }

    /**
     * A port of a Service.
     *
     * @param name name of the port; null where the Service has only one port
     * @param port number of the Service's port
     * @param targetPort number or name of the workloads' port
     * @param appProtocol application protocol of the port; null if not declared
     */
    public record Port(
            @Nullable String name,
            int port,
            TargetPort targetPort,
            @Nullable String appProtocol) {}

    /** The port of a workload to which a Service's port leads. */
    public sealed interface TargetPort {

        /** The same port number on every workload. */
        record Numbered(int port) implements TargetPort {}

        /** Each workload's port with this name. */
        record Named(String name) implements TargetPort {}

        /** Returns the port number on one workload; empty if it has no port of the name. */
        default OptionalInt on(Workload workload) {
            return on(OptionalInt::of, workload::portNamed);
        }

        /** Returns the port of a workload whose ports these functions find by their numbers and names. */
        default <P> P on(IntFunction<P> numbered, Function<String, P> named) {
            return switch (this) {
                case Numbered(int port) -> numbered.apply(port);
                case Named(String name) -> named.apply(name);
            };
        }
    }

    /** Whether the Service selects a workload. */
    public boolean selects(Workload workload) {
        return !selector.isEmpty()
                && workload.name().namespace().equals(name.namespace())
                && Labels.haveAll(workload.labels(), selector);
    }
}
