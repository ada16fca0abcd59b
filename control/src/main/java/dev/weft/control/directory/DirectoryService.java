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
 * @param selector labels of its workloads, in the same namespace; an empty selector selects no workload
 * @param prefersZone whether callers prefer endpoints in their own zone
 * @param publishesNotReady whether it also leads to workloads that are not ready
 */
public record DirectoryService(
        String namespace,
        String name,
        Map<String, String> selector,
        List<InetAddress> addresses,
        List<Port> ports,
        boolean prefersZone,
        boolean publishesNotReady) {

    /** Creates a Service of ready workloads whose callers have no preference of zones. */
    public DirectoryService(
            String namespace,
            String name,
            Map<String, String> selector,
            List<InetAddress> addresses,
            List<Port> ports) {
        this(namespace, name, selector, addresses, ports, false, false);
    }

    /** Which port of each workload a port of the Service leads to. */
    public sealed interface Target {

        record Fixed(int port) implements Target {}

        /** The port of this name; its number may differ between workloads. */
        record Name(String name) implements Target {}

        /**
         * Returns where this leads on a workload that declares these ports: a fixed number also to a port that it does
         * not declare. Empty if the workload has no port of the name.
         */
        default Optional<DirectoryWorkload.Port> on(List<DirectoryWorkload.Port> declared) {
            return switch (this) {
                case Fixed(int number) ->
                    Optional.of(declared.stream()
                            .filter(port -> port.number() == number)
                            .findFirst()
                            .orElseGet(() -> new DirectoryWorkload.Port("", number, Protocol.PROTOCOL_UNSPECIFIED)));
                case Name(String name) ->
                    declared.stream().filter(port -> port.name().equals(name)).findFirst();
            };
        }
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

        /** Creates a port without routes. */
        public Port(int number, Target target, Protocol protocol) {
            this(number, target, protocol, Optional.empty());
        }
    }

    public DirectoryService {
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
        selector = Map.copyOf(selector);
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
    }

    /** Returns {@code namespace/name}. */
    public String fullName() {
        return namespace + "/" + name;
    }

    /** Whether both have the same endpoints. */
    boolean selectsAs(DirectoryService other) {
        return selector.equals(other.selector)
                && namespace.equals(other.namespace)
                && prefersZone == other.prefersZone
                && publishesNotReady == other.publishesNotReady
                && ports.stream()
                        .map(DirectoryService::plain)
                        .toList()
                        .equals(other.ports.stream()
                                .map(DirectoryService::plain)
                                .toList());
    }

    private static Port plain(Port port) {
        return new Port(port.number(), port.target(), port.protocol());
    }

    /** Whether the Service leads to this workload. */
    public boolean selects(DirectoryWorkload workload) {
        return !selector.isEmpty()
                && namespace.equals(workload.namespace())
                && workload.labels().entrySet().containsAll(selector.entrySet());
    }
}
