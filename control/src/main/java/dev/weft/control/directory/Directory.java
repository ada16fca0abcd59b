package dev.weft.control.directory;

import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Endpoint;
import dev.weft.api.v1.Endpoints;
import dev.weft.api.v1.Membership;
import dev.weft.api.v1.NotInMesh;
import dev.weft.api.v1.Protocol;
import dev.weft.api.v1.Unreachable;
import dev.weft.mesh.model.IpPort;
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
 *
 * <p>What the own mesh does not know may be of another trust domain. An address in one's ranges is reached as that one says, or
 * not at all, and never in plaintext.
 */
public final class Directory {

    /** Where every meshed workload listens for tunnels. */
    public static final int TUNNEL_PORT = 15008;

    private static final Destination NOT_IN_MESH = Destination.newBuilder()
            .setNotInMesh(NotInMesh.getDefaultInstance())
            .build();

    private record Selected(ServicePlace service, List<WorkloadPlace> ready) {}

    static final String NOT_THERE = "WEFT-C062";

    private final List<WorkloadPlace> allWorkloads;
    private final List<ServicePlace> allServices;
    private final Map<InetAddress, WorkloadPlace> workloads;
    private final Map<InetAddress, Selected> services;
    private final Map<String, List<InetAddress>> names;
    private final List<RemoteDomain> remotes;

    private Directory(List<WorkloadPlace> allWorkloads, List<ServicePlace> allServices) {
        this.allWorkloads = allWorkloads;
        this.allServices = allServices;
        this.workloads = new HashMap<>();
        this.services = new HashMap<>();
        this.names = new HashMap<>();
        this.remotes = List.of();
    }

    private Directory(Directory own, List<RemoteDomain> remotes) {
        this.allWorkloads = own.allWorkloads;
        this.allServices = own.allServices;
        this.workloads = own.workloads;
        this.services = own.services;
        this.names = own.names;
        this.remotes = List.copyOf(remotes);
    }

    /** The directory of these workloads and Services. */
    public static Directory of(Collection<WorkloadPlace> workloads, Collection<ServicePlace> services) {
        List<WorkloadPlace> sorted = workloads.stream()
                .sorted(Comparator.comparing(WorkloadPlace::fullName))
                .toList();
        List<ServicePlace> sortedServices = services.stream()
                .sorted(Comparator.comparing(ServicePlace::fullName))
                .toList();
        Directory directory = new Directory(sorted, sortedServices);
        for (WorkloadPlace workload : sorted) {
            workload.addresses().forEach(address -> directory.workloads.putIfAbsent(address, workload));
            directory.names.put(workload.fullName(), workload.addresses());
        }
        Map<String, List<WorkloadPlace>> ready =
                sorted.stream().filter(WorkloadPlace::ready).collect(Collectors.groupingBy(WorkloadPlace::namespace));
        sortedServices.forEach(service -> {
            directory.names.put(service.fullName(), service.addresses());
            List<WorkloadPlace> selected = ready.getOrDefault(service.namespace(), List.of()).stream()
                    .filter(service::selects)
                    .toList();
            service.addresses()
                    .forEach(address -> directory.services.putIfAbsent(address, new Selected(service, selected)));
        });
        return directory;
    }

    /** The same with these trust domains beside the own one; where their ranges overlap, the first has the address. */
    public Directory withRemotes(List<RemoteDomain> others) {
        return new Directory(this, others);
    }

    /** The own mesh's workloads, by name. */
    public List<WorkloadPlace> workloads() {
        return allWorkloads;
    }

    /** The own mesh's Services, by name. */
    public List<ServicePlace> services() {
        return allServices;
    }

    /** The other trust domains. */
    public List<RemoteDomain> remotes() {
        return remotes;
    }

    /**
     * The addresses of what has a name in the own mesh: a Service, or a workload that no Service hides. Empty if nothing has.
     *
     * @param fullName {@code namespace/name}
     */
    public Optional<List<InetAddress>> addressesOf(String fullName) {
        return Optional.ofNullable(names.get(fullName));
    }

    /** Those of the own mesh that something is in, sorted. */
    public List<String> namespaces() {
        return names.keySet().stream()
                .map(fullName -> fullName.substring(0, fullName.indexOf('/')))
                .distinct()
                .sorted()
                .toList();
    }

    /** What of the own mesh has this address, as {@code namespace/name}. */
    public Optional<String> nameOf(InetAddress address) {
        Selected selected = services.get(address);
        if (selected != null) {
            return Optional.of(selected.service().fullName());
        }
        return Optional.ofNullable(workloads.get(address)).map(WorkloadPlace::fullName);
    }

    /** Where this address and port lead. */
    public Destination destination(IpPort destination) {
        Selected selected = services.get(destination.address());
        if (selected != null) {
            return ofService(selected, destination);
        }
        WorkloadPlace workload = workloads.get(destination.address());
        if (workload == null) {
            return remotes.stream()
                    .filter(remote -> remote.owns(destination.address()))
                    .findFirst()
                    .map(remote -> ofRemote(remote, destination))
                    .orElse(NOT_IN_MESH);
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

    private static Destination ofRemote(RemoteDomain remote, IpPort destination) {
        return switch (remote.knowledge()) {
            case RemoteDomain.Knowledge.Closed(String reason) -> unreachable(reason);
            case RemoteDomain.Knowledge.Known(Directory directory) -> {
                Destination known = directory.destination(destination);
                yield known.hasNotInMesh()
                        ? unreachable(NOT_THERE + ": trust domain " + remote.trustDomain()
                                + " has no workload or Service at " + destination)
                        : known;
            }
        };
    }

    private static Destination unreachable(String reason) {
        return Destination.newBuilder()
                .setUnreachable(Unreachable.newBuilder().setReason(reason))
                .build();
    }

    private static Destination ofService(Selected selected, IpPort destination) {
        ServicePlace service = selected.service();
        Optional<ServicePlace.Port> port = service.ports().stream()
                .filter(candidate -> candidate.number() == destination.port())
                .findFirst();
        if (port.isEmpty()) {
            String known = service.ports().stream()
                    .map(candidate -> Integer.toString(candidate.number()))
                    .collect(Collectors.joining(", "));
            return unreachable("Service " + service.fullName() + " has no port " + destination.port() + " (it has: "
                    + known + ")");
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
        workload.identity()
                .ifPresentOrElse(
                        id -> endpoint.setMembership(Membership.MEMBERSHIP_IN_MESH)
                                .setIdentity(id.toString())
                                .setTunnelPort(TUNNEL_PORT),
                        () -> endpoint.setMembership(Membership.MEMBERSHIP_OUTSIDE));
        return endpoint.build();
    }
}
