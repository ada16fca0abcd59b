package dev.weft.control.directory;

import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Endpoint;
import dev.weft.api.v1.Endpoints;
import dev.weft.api.v1.NotInMesh;
import dev.weft.api.v1.Protocol;
import dev.weft.api.v1.Unreachable;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Answers where an address leads. Immutable, made from all workloads and Services of one moment; equal input gives equal
 * answers, in the same order.
 *
 * <p>Where two of them claim one address, Services go before workloads and then the first by name has it. With a workload
 * that does not own the address the tunnel's handshake fails, as its identity is another: nothing is sent to a stranger.
 */
public final class Directory {

    /** Where every meshed workload listens for tunnels. */
    public static final int TUNNEL_PORT = 15008;

    private static final Destination NOT_IN_MESH = Destination.newBuilder()
            .setNotInMesh(NotInMesh.getDefaultInstance())
            .build();

    private record Selected(ServicePlace service, List<WorkloadPlace> ready) {}

    private final Map<InetAddress, WorkloadPlace> workloads = new HashMap<>();
    private final Map<InetAddress, Selected> services = new HashMap<>();

    private Directory() {}

    /** The directory of these workloads and Services. */
    public static Directory of(Collection<WorkloadPlace> workloads, Collection<ServicePlace> services) {
        Directory directory = new Directory();
        List<WorkloadPlace> sorted = workloads.stream()
                .sorted(Comparator.comparing(WorkloadPlace::fullName))
                .toList();
        for (WorkloadPlace workload : sorted) {
            workload.addresses().forEach(address -> directory.workloads.putIfAbsent(address, workload));
        }
        Map<String, List<WorkloadPlace>> ready =
                sorted.stream().filter(WorkloadPlace::ready).collect(Collectors.groupingBy(WorkloadPlace::namespace));
        services.stream().sorted(Comparator.comparing(ServicePlace::fullName)).forEach(service -> {
            List<WorkloadPlace> selected = ready.getOrDefault(service.namespace(), List.of()).stream()
                    .filter(service::selects)
                    .toList();
            service.addresses()
                    .forEach(address -> directory.services.putIfAbsent(address, new Selected(service, selected)));
        });
        return directory;
    }

    /** Where this address and port lead. */
    public Destination destination(IpPort destination) {
        Selected selected = services.get(destination.address());
        if (selected != null) {
            return ofService(selected, destination);
        }
        WorkloadPlace workload = workloads.get(destination.address());
        if (workload == null) {
            return NOT_IN_MESH;
        }
        Protocol protocol = workload.ports().stream()
                .filter(port -> port.number() == destination.port())
                .map(WorkloadPlace.Port::protocol)
                .findFirst()
                .orElse(Protocol.PROTOCOL_UNSPECIFIED);
        return Destination.newBuilder()
                .setEndpoints(Endpoints.newBuilder()
                        .addEndpoints(endpoint(workload, destination.address(), destination.port(), protocol)))
                .build();
    }

    private static Destination ofService(Selected selected, IpPort destination) {
        ServicePlace service = selected.service();
        Optional<ServicePlace.Port> port = service.ports().stream()
                .filter(candidate -> candidate.number() == destination.port())
                .findFirst();
        if (port.isEmpty()) {
            return Destination.newBuilder()
                    .setUnreachable(Unreachable.newBuilder()
                            .setReason("Service " + service.fullName() + " has no port " + destination.port()
                                    + " (it has: "
                                    + service.ports().stream()
                                            .map(known -> Integer.toString(known.number()))
                                            .collect(Collectors.joining(", "))
                                    + ")"))
                    .build();
        }
        Endpoints.Builder endpoints = Endpoints.newBuilder().setService(service.fullName());
        for (WorkloadPlace workload : selected.ready()) {
            addEndpoint(endpoints, workload, port.get(), destination.address());
        }
        return Destination.newBuilder().setEndpoints(endpoints).build();
    }

    private static void addEndpoint(
            Endpoints.Builder endpoints, WorkloadPlace workload, ServicePlace.Port port, InetAddress virtual) {
        Optional<InetAddress> address = workload.addresses().stream()
                .filter(candidate -> candidate.getClass() == virtual.getClass())
                .findFirst()
                .or(() -> workload.addresses().stream().findFirst());
        Optional<WorkloadPlace.Port> declared = workload.ports().stream()
                .filter(candidate -> matches(candidate, port.target()))
                .findFirst();
        Optional<Integer> number = switch (port.target()) {
            case ServicePlace.Target.Fixed(int fixed) -> Optional.of(fixed);
            case ServicePlace.Target.Name _ -> declared.map(WorkloadPlace.Port::number);
        };
        if (address.isEmpty() || number.isEmpty()) {
            return;
        }
        Protocol hint = port.protocol() != Protocol.PROTOCOL_UNSPECIFIED
                ? port.protocol()
                : declared.map(WorkloadPlace.Port::protocol).orElse(Protocol.PROTOCOL_UNSPECIFIED);
        endpoints.addEndpoints(endpoint(workload, address.get(), number.get(), hint));
    }

    private static boolean matches(WorkloadPlace.Port candidate, ServicePlace.Target target) {
        return switch (target) {
            case ServicePlace.Target.Fixed(int number) -> candidate.number() == number;
            case ServicePlace.Target.Name(String name) -> candidate.name().equals(name);
        };
    }

    private static Endpoint endpoint(WorkloadPlace workload, InetAddress address, int port, Protocol protocol) {
        Endpoint.Builder endpoint = Endpoint.newBuilder()
                .setAddress(IpPort.format(address, port))
                .setWorkload(workload.fullName())
                .setProtocol(protocol);
        workload.identity().ifPresent(id -> endpoint.setIdentity(id.toString()).setTunnelPort(TUNNEL_PORT));
        return endpoint.build();
    }
}
