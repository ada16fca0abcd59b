package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.IpFamily;
import dev.weft.mesh.model.Service;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Converts a Kubernetes Service to what the mesh knows of it. */
final class ServiceMapping {

    /** Most ports of one Service; more are left out. */
    static final int MAX_PORTS = 1024;

    private static final int MAX_ADDRESSES = 8;

    private ServiceMapping() {}

    /**
     * Returns the Service as the mesh sees it. Empty if it selects no pods: its endpoints are defined elsewhere, and
     * kube-proxy or DNS leads to them.
     */
    static Optional<MappedService> map(io.fabric8.kubernetes.api.model.Service service) {
        ServiceSpec spec = service.getSpec();
        if (spec == null
                || spec.getSelector() == null
                || spec.getSelector().isEmpty()
                || "ExternalName".equals(spec.getType())) {
            return Optional.empty();
        }
        List<InetAddress> addresses = addresses(spec);
        List<String> literals =
                addresses.stream().map(InetAddress::getHostAddress).toList();
        return Optional.of(new MappedService(
                new Service(
                        WatchedKind.SERVICE.nameOf(service),
                        spec.getSelector(),
                        ports(spec),
                        literals.isEmpty() ? null : literals.getFirst(),
                        families(spec, addresses),
                        spec.getTrafficDistribution() != null
                                && Service.DISTRIBUTIONS.contains(spec.getTrafficDistribution()),
                        Boolean.TRUE.equals(spec.getPublishNotReadyAddresses())),
                literals,
                !literals.isEmpty() && !KubeProxyFeature.of(service).isEmpty()));
    }

    /** Returns the cluster IPs of a Service, whether it is of the mesh or not. */
    static List<InetAddress> addresses(io.fabric8.kubernetes.api.model.Service service) {
        return service.getSpec() == null ? List.of() : addresses(service.getSpec());
    }

    /** Returns the cluster IPs; the value {@code None} is not an address. */
    private static List<InetAddress> addresses(ServiceSpec spec) {
        return Stream.concat(nonNull(spec.getClusterIPs()).stream(), Stream.ofNullable(spec.getClusterIP()))
                .flatMap(text -> IpLiterals.parse(text).stream())
                .distinct()
                .limit(MAX_ADDRESSES)
                .toList();
    }

    private static Set<IpFamily> families(ServiceSpec spec, List<InetAddress> addresses) {
        Set<IpFamily> families = EnumSet.noneOf(IpFamily.class);
        nonNull(spec.getIpFamilies())
                .forEach(word -> families.add("IPv6".equals(word) ? IpFamily.IPV6 : IpFamily.IPV4));
        if (families.isEmpty()) {
            addresses.forEach(address -> families.add(address instanceof Inet6Address ? IpFamily.IPV6 : IpFamily.IPV4));
        }
        return families.isEmpty() ? Set.of(IpFamily.IPV4) : families;
    }

    /** Returns the TCP ports; other protocols are not carried. */
    private static List<Service.Port> ports(ServiceSpec spec) {
        return nonNull(spec.getPorts()).stream()
                .filter(port -> "TCP".equals(Objects.requireNonNullElse(port.getProtocol(), "TCP")))
                .flatMap(port -> port(port).stream())
                .limit(MAX_PORTS)
                .toList();
    }

    private static Optional<Service.Port> port(ServicePort port) {
        Integer number = port.getPort();
        if (number == null || !PodPorts.isPort(number)) {
            return Optional.empty();
        }
        return target(port.getTargetPort(), number)
                .map(target -> new Service.Port(port.getName(), number, target, port.getAppProtocol()));
    }

    private static Optional<Service.TargetPort> target(@Nullable IntOrString target, int otherwise) {
        if (target == null) {
            return Optional.of(new Service.TargetPort.Numbered(otherwise));
        }
        if (target.getIntVal() != null) {
            // A client writes 0 to leave the target port to the API server.
            int number = target.getIntVal() == 0 ? otherwise : target.getIntVal();
            return PodPorts.isPort(number) ? Optional.of(new Service.TargetPort.Numbered(number)) : Optional.empty();
        }
        return Optional.ofNullable(target.getStrVal()).map(Service.TargetPort.Named::new);
    }

    private static <T> List<T> nonNull(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
