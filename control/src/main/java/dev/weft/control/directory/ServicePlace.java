package dev.weft.control.directory;

import static java.util.Objects.requireNonNull;

import dev.weft.api.v1.Protocol;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Service as the directory sees it.
 *
 * @param selector labels that its workloads have, in the same namespace; none means: no workload
 * @param prefersZone whether callers prefer endpoints of their own zone
 */
public record ServicePlace(
        String namespace,
        String name,
        Map<String, String> selector,
        List<InetAddress> addresses,
        List<Port> ports,
        boolean prefersZone) {

    /** One whose endpoints are all alike. */
    public ServicePlace(
            String namespace,
            String name,
            Map<String, String> selector,
            List<InetAddress> addresses,
            List<Port> ports) {
        this(namespace, name, selector, addresses, ports, false);
    }

    /** Where a port of the Service leads on each workload. */
    public sealed interface Target {

        /** To this port. */
        record Fixed(int port) implements Target {}

        /** To the port of this name, wherever each workload has it. */
        record Name(String name) implements Target {}
    }

    /**
     * A port of the Service.
     *
     * @param routing empty if it has no routes
     */
    public record Port(int number, Target target, Protocol protocol, Optional<PortRouting> routing) {
        public Port {
            requireNonNull(target, "target");
            requireNonNull(protocol, "protocol");
            requireNonNull(routing, "routing");
        }

        /** Without routes. */
        public Port(int number, Target target, Protocol protocol) {
            this(number, target, protocol, Optional.empty());
        }
    }

    public ServicePlace {
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
        selector = Map.copyOf(selector);
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
    }

    /** {@code namespace/name}. */
    public String fullName() {
        return namespace + "/" + name;
    }

    /** Whether the same endpoints stand behind both. */
    boolean selectsAs(ServicePlace other) {
        return selector.equals(other.selector)
                && namespace.equals(other.namespace)
                && prefersZone == other.prefersZone
                && ports.stream()
                        .map(ServicePlace::plain)
                        .toList()
                        .equals(other.ports.stream().map(ServicePlace::plain).toList());
    }

    private static Port plain(Port port) {
        return new Port(port.number(), port.target(), port.protocol());
    }

    /** Whether the workload stands behind it. */
    public boolean selects(WorkloadPlace workload) {
        return !selector.isEmpty()
                && namespace.equals(workload.namespace())
                && workload.labels().entrySet().containsAll(selector.entrySet());
    }
}
