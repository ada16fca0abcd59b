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
final class Selected {

    static final String TOO_LARGE = "WEFT-H085";

    /**
     * Most octets of a destination. With the rest of a response, it must fit into a message that a proxy accepts, 4
     * MiB.
     */
    static final int MAX_OCTETS = (4 << 20) - (512 << 10);

    /** A port of the Service, for addresses of one family. */
    private record Asked(int port, boolean v6) {}

    /** Cached endpoints of workloads: one for each, null for a workload without one. */
    private record Made(List<WorkloadPlace> of, List<@Nullable Endpoint> endpoints) {}

    private final ServicePlace service;
    private final List<WorkloadPlace> ready;
    private final Map<Asked, Made> made = new ConcurrentHashMap<>();
    /** Cached routes, by the address that was asked about. */
    private final Map<IpPort, RequestRoutes> madeRoutes = new ConcurrentHashMap<>();

    /** @param ready in the order of their names */
    Selected(ServicePlace service, List<WorkloadPlace> ready) {
        this.service = service;
        this.ready = ready;
    }

    /** Returns a selection with one workload in place of another of the same name; each is null if there is none. */
    Selected with(@Nullable WorkloadPlace before, @Nullable WorkloadPlace now) {
        List<WorkloadPlace> next = new ArrayList<>(ready.size() + 1);
        next.addAll(ready);
        if (before != null) {
            int at = place(before.fullName());
            if (at >= 0) {
                next.remove(at);
            }
        }
        if (now != null) {
            int at = place(next, now.fullName());
            next.add(at < 0 ? -at - 1 : at, now);
        }
        Selected other = new Selected(service, next);
        other.made.putAll(made);
        other.madeRoutes.putAll(madeRoutes);
        return other;
    }

    /** Returns a selection for another state of the Service, which must select the same workloads. */
    Selected with(ServicePlace other) {
        if (other.equals(service)) {
            return this;
        }
        Selected next = new Selected(other, ready);
        next.made.putAll(made);
        return next;
    }

    private int place(String fullName) {
        return place(ready, fullName);
    }

    private static int place(List<WorkloadPlace> workloads, String fullName) {
        int low = 0;
        int high = workloads.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int compared = workloads.get(middle).fullName().compareTo(fullName);
            if (compared == 0) {
                return middle;
            }
            if (compared < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    int count() {
        return ready.size();
    }

    ServicePlace service() {
        return service;
    }

    /** Returns where this port at this address of the Service leads. */
    Destination destination(IpPort asked) {
        Optional<ServicePlace.Port> port = service.ports().stream()
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
                + " cannot be told to a sidecar, with " + endpoints.getEndpointsCount() + " endpoints and "
                + endpoints.getRoutes().getRulesCount()
                + " rules of routes (expected: " + (MAX_OCTETS >> 10)
                + " KiB at most; share them among several Services)");
    }

    private RequestRoutes routes(PortRouting routing, IpPort asked) {
        return madeRoutes.computeIfAbsent(
                asked, _ -> RouteMessages.of(routing, new ObjectName(service.namespace(), service.name()), asked));
    }

    private List<@Nullable Endpoint> endpoints(ServicePlace.Port port, IpPort asked) {
        Asked key = new Asked(asked.port(), asked.address() instanceof Inet6Address);
        Made former = made.get(key);
        if (former != null && former.of().equals(ready)) {
            return former.endpoints();
        }
        List<@Nullable Endpoint> endpoints = new ArrayList<>(ready.size());
        int at = 0;
        for (WorkloadPlace workload : ready) {
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
        made.put(key, new Made(ready, endpoints));
        return endpoints;
    }

    private @Nullable Endpoint placed(WorkloadPlace workload, ServicePlace.Port port, InetAddress virtual) {
        Endpoint endpoint = endpoint(workload, port, virtual);
        return endpoint == null || !service.prefersZone() || workload.zone().isEmpty()
                ? endpoint
                : endpoint.toBuilder().setZone(workload.zone()).build();
    }

    private static boolean isBefore(WorkloadPlace one, WorkloadPlace other) {
        return !isSame(one, other) && one.fullName().compareTo(other.fullName()) < 0;
    }

    @SuppressWarnings("ReferenceEquality") // identical objects need no comparison
    private static boolean isSame(WorkloadPlace one, WorkloadPlace other) {
        return one == other;
    }

    /** Returns the endpoint of a workload; null if it has no address or no such port. */
    private static @Nullable Endpoint endpoint(WorkloadPlace workload, ServicePlace.Port port, InetAddress virtual) {
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
            return null;
        }
        Protocol hint = port.protocol() != Protocol.PROTOCOL_UNSPECIFIED
                ? port.protocol()
                : declared.map(WorkloadPlace.Port::protocol).orElse(Protocol.PROTOCOL_UNSPECIFIED);
        return endpoint(workload, address.get(), number.get(), hint);
    }

    private static boolean matches(WorkloadPlace.Port candidate, ServicePlace.Target target) {
        return switch (target) {
            case ServicePlace.Target.Fixed(int number) -> candidate.number() == number;
            case ServicePlace.Target.Name(String name) -> candidate.name().equals(name);
        };
    }

    /** Returns how to reach a workload at one of its own addresses. */
    static Endpoint endpoint(WorkloadPlace workload, InetAddress address, int port, Protocol protocol) {
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
