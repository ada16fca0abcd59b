package dev.weft.control.directory;

import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Endpoint;
import dev.weft.api.v1.Endpoints;
import dev.weft.api.v1.Membership;
import dev.weft.api.v1.Protocol;
import dev.weft.api.v1.RequestRoutes;
import dev.weft.mesh.model.IpPort;
import dev.weft.mesh.model.ObjectName;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A Service and the ready workloads that it selects, in the order of their names. Never modified: a change of workloads
 * creates a new object, which reuses the endpoints of the remaining ones. Compared by reference. Safe for use by many
 * threads.
 */
final class ServiceEndpoints {

    static final String TOO_LARGE = "WEFT-H085";

    /**
     * Most octets of a destination. With the rest of a response, it must fit into a message that a proxy accepts, 4
     * MiB.
     */
    static final int MAX_OCTETS = (4 << 20) - (512 << 10);

    /** A port of the Service, for addresses of one family. */
    private record EndpointQuery(int port, boolean v6) {}

    /** Cached endpoints of workloads: one for each, null for a workload without one. */
    private record BuiltEndpoints(List<DirectoryWorkload> of, List<@Nullable Endpoint> endpoints) {}

    /** All workloads of a Service are of its namespace. */
    private static final Comparator<DirectoryWorkload> BY_NAME = Comparator.comparing(DirectoryWorkload::name);

    private final DirectoryService service;
    private final List<DirectoryWorkload> ready;
    private final Map<EndpointQuery, BuiltEndpoints> built = new ConcurrentHashMap<>();
    /** Cached routes, by the address that was asked about. */
    private final Map<IpPort, RequestRoutes> builtRoutes = new ConcurrentHashMap<>();

    /** @param ready in the order of their names */
    ServiceEndpoints(DirectoryService service, List<DirectoryWorkload> ready) {
        this.service = service;
        this.ready = ready;
    }

    /** Returns a selection with one workload in place of another of the same name; each is null if there is none. */
    ServiceEndpoints with(@Nullable DirectoryWorkload before, @Nullable DirectoryWorkload now) {
        List<DirectoryWorkload> next = new ArrayList<>(ready.size() + 1);
        next.addAll(ready);
        if (before != null) {
            int at = Collections.binarySearch(next, before, BY_NAME);
            if (at >= 0) {
                next.remove(at);
            }
        }
        if (now != null) {
            int at = Collections.binarySearch(next, now, BY_NAME);
            next.add(at < 0 ? -at - 1 : at, now);
        }
        ServiceEndpoints other = new ServiceEndpoints(service, next);
        other.built.putAll(built);
        other.builtRoutes.putAll(builtRoutes);
        return other;
    }

    /** Returns a selection for another state of the Service, which must select the same workloads. */
    ServiceEndpoints with(DirectoryService other) {
        if (other.equals(service)) {
            return this;
        }
        ServiceEndpoints next = new ServiceEndpoints(other, ready);
        next.built.putAll(built);
        return next;
    }

    int count() {
        return ready.size();
    }

    DirectoryService service() {
        return service;
    }

    /** Returns where this port at this address of the Service leads. */
    Destination destination(IpPort asked) {
        Optional<DirectoryService.Port> port = service.ports().stream()
                .filter(candidate -> candidate.number() == asked.port())
                .findFirst();
        if (port.isEmpty()) {
            String known = service.ports().stream()
                    .map(candidate -> Integer.toString(candidate.number()))
                    .collect(Collectors.joining(", "));
            return Directory.unreachable(
                    "Service " + service.fullName() + " has no port " + asked.port() + " (it has: " + known + ")");
        }
        Endpoints.Builder endpoints = Endpoints.newBuilder().setService(service.fullName());
        for (Endpoint endpoint : endpoints(port.get(), asked)) {
            if (endpoint != null) {
                endpoints.addEndpoints(endpoint);
            }
        }
        port.get().routing().ifPresent(routing -> endpoints.setRoutes(routes(routing, asked)));
        Destination destination =
                Destination.newBuilder().setEndpoints(endpoints).build();
        return destination.getSerializedSize() <= MAX_OCTETS ? destination : tooLarge(endpoints, asked);
    }

    /**
     * Returns that the destination is unreachable: a message with it would end the proxy's stream, and so everything
     * that the proxy gets.
     */
    private Destination tooLarge(Endpoints.Builder endpoints, IpPort asked) {
        return Directory.unreachable(TOO_LARGE + ": port " + asked.port() + " of Service " + service.fullName()
                + " is too large for a sidecar, with " + endpoints.getEndpointsCount() + " endpoints and "
                + endpoints.getRoutes().getRulesCount()
                + " rules of routes (expected: " + (MAX_OCTETS >> 10)
                + " KiB at most; share them among several Services)");
    }

    private RequestRoutes routes(PortRouting routing, IpPort asked) {
        return builtRoutes.computeIfAbsent(
                asked,
                _ -> new RouteMessages(routing, new ObjectName(service.namespace(), service.name()), asked).all());
    }

    private List<@Nullable Endpoint> endpoints(DirectoryService.Port port, IpPort asked) {
        EndpointQuery key = new EndpointQuery(asked.port(), asked.address() instanceof Inet6Address);
        BuiltEndpoints former = built.get(key);
        if (former != null && former.of().equals(ready)) {
            return former.endpoints();
        }
        List<@Nullable Endpoint> endpoints = new ArrayList<>(ready.size());
        int at = 0;
        for (DirectoryWorkload workload : ready) {
            while (former != null
                    && at < former.of().size()
                    && isBefore(former.of().get(at), workload)) {
                at++;
            }
            endpoints.add(
                    former != null
                                    && at < former.of().size()
                                    && isSame(former.of().get(at), workload)
                            ? former.endpoints().get(at)
                            : placed(workload, port, asked.address()));
        }
        built.put(key, new BuiltEndpoints(ready, endpoints));
        return endpoints;
    }

    private @Nullable Endpoint placed(DirectoryWorkload workload, DirectoryService.Port port, InetAddress virtual) {
        Endpoint endpoint = endpoint(workload, port, virtual);
        return endpoint == null || !service.prefersZone() || workload.zone().isEmpty()
                ? endpoint
                : endpoint.toBuilder().setZone(workload.zone()).build();
    }

    private static boolean isBefore(DirectoryWorkload one, DirectoryWorkload other) {
        return !isSame(one, other) && one.fullName().compareTo(other.fullName()) < 0;
    }

    @SuppressWarnings("ReferenceEquality") // identical objects need no comparison
    private static boolean isSame(DirectoryWorkload one, DirectoryWorkload other) {
        return one == other;
    }

    /** Returns the endpoint of a workload; null if it has no address or no such port. */
    private static @Nullable Endpoint endpoint(
            DirectoryWorkload workload, DirectoryService.Port port, InetAddress virtual) {
        Optional<InetAddress> address = workload.addresses().stream()
                .filter(candidate -> candidate.getClass() == virtual.getClass())
                .findFirst()
                .or(() -> workload.addresses().stream().findFirst());
        Optional<DirectoryWorkload.Port> reached = workload.reached(port.target());
        if (address.isEmpty() || reached.isEmpty()) {
            return null;
        }
        Protocol hint = port.protocol() != Protocol.PROTOCOL_UNSPECIFIED
                ? port.protocol()
                : reached.get().protocol();
        return endpoint(workload, address.get(), reached.get().number(), hint);
    }

    /** Returns how to reach a workload at one of its own addresses. */
    static Endpoint endpoint(DirectoryWorkload workload, InetAddress address, int port, Protocol protocol) {
        Endpoint.Builder endpoint = Endpoint.newBuilder()
                .setAddress(IpPort.format(address, port))
                .setWorkload(workload.fullName())
                .setProtocol(protocol);
        workload.identity()
                .ifPresentOrElse(
                        id -> endpoint.setMembership(Membership.MEMBERSHIP_IN_MESH)
                                .setIdentity(id.toString())
                                .setTunnelPort(Directory.TUNNEL_PORT),
                        () -> endpoint.setMembership(Membership.MEMBERSHIP_OUTSIDE));
        return endpoint.build();
    }
}
