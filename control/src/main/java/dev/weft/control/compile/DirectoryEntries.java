package dev.weft.control.compile;

import dev.weft.control.directory.DirectoryService;
import dev.weft.control.directory.DirectoryWorkload;
import dev.weft.control.directory.PortRouting;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.PortRoutes;
import dev.weft.mesh.select.PortProtocols;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Converts workloads and Services of the registry into places of the directory. */
record DirectoryEntries(TrustDomain trustDomain) {

    /** @param linked addresses that unmeshed Workloads and Services do not get */
    DirectoryWorkload of(Snapshot snapshot, Workload workload, LinkedRanges linked) {
        List<InetAddress> claimed = addresses(snapshot.addressesOf(workload));
        List<InetAddress> addresses = workload.meshed() ? claimed : linked.without(claimed);
        return new DirectoryWorkload(
                workload.name().namespace(),
                workload.name().name(),
                workload.labels(),
                workload.meshed() ? Optional.of(workload.identity(trustDomain)) : Optional.empty(),
                addresses,
                snapshot.ready(workload) && addresses.isEmpty() == claimed.isEmpty(),
                ports(workload),
                workload.zone());
    }

    /** Returns the ports that a workload declares. */
    private static List<DirectoryWorkload.Port> ports(Workload workload) {
        return workload.ports().stream()
                .map(port -> new DirectoryWorkload.Port(
                        Objects.requireNonNullElse(port.name(), ""),
                        port.port(),
                        PortProtocols.at(port.appProtocol(), port.name())))
                .toList();
    }

    /** Converts a Service, including the routes of its ports. */
    static DirectoryService of(Snapshot snapshot, Service service, LinkedRanges linked) {
        Map<Integer, PortRoutes> routes = PortRoutes.of(service, snapshot.routes());
        return new DirectoryService(
                service.name().namespace(),
                service.name().name(),
                service.selector(),
                linked.without(addresses(snapshot.addressesOf(service))),
                service.ports().stream()
                        .map(port -> new DirectoryService.Port(
                                port.port(),
                                port.targetPort(),
                                PortProtocols.at(port.appProtocol(), port.name()),
                                routing(snapshot, Objects.requireNonNull(routes.get(port.port())), linked)))
                        .toList(),
                service.prefersZone(),
                service.publishesNotReady());
    }

    private static Optional<PortRouting> routing(Snapshot snapshot, PortRoutes routes, LinkedRanges linked) {
        if (routes.isNone()) {
            return Optional.empty();
        }
        Map<PortRouting.BackendPort, List<InetAddress>> reached = new HashMap<>();
        routes.rules().stream()
                .flatMap(placed -> placed.rule().allBackends().filter(to -> snapshot.permits(placed.route(), to)))
                .forEach(backend -> addresses(snapshot, backend, linked)
                        .ifPresent(found -> reached.put(PortRouting.BackendPort.of(backend), found)));
        return Optional.of(new PortRouting(routes, reached));
    }

    /**
     * Returns the addresses of a backend's Service; empty if there is no such Service, or it has no such port or no
     * address.
     */
    private static Optional<List<InetAddress>> addresses(Snapshot snapshot, Backend backend, LinkedRanges linked) {
        return Optional.ofNullable(snapshot.services().get(backend.service()))
                .filter(service -> service.ports().stream().anyMatch(port -> port.port() == backend.port()))
                .map(service -> linked.without(addresses(snapshot.addressesOf(service))))
                .filter(found -> !found.isEmpty());
    }

    private static List<InetAddress> addresses(List<String> literals) {
        return literals.stream().map(InetAddress::ofLiteral).toList();
    }
}
