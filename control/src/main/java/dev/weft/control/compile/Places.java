package dev.weft.control.compile;

import dev.weft.control.directory.ServicePlace;
import dev.weft.control.directory.WorkloadPlace;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Workloads and Services as the directory sees them. */
record Places(TrustDomain trustDomain) {

    WorkloadPlace of(Snapshot snapshot, Workload workload) {
        return new WorkloadPlace(
                workload.name().namespace(),
                workload.name().name(),
                workload.labels(),
                workload.meshed() ? Optional.of(workload.identity(trustDomain)) : Optional.empty(),
                addresses(snapshot.addressesOf(workload)),
                snapshot.ready(workload),
                workload.ports().stream()
                        .map(port -> new WorkloadPlace.Port(
                                Objects.requireNonNullElse(port.name(), ""),
                                port.port(),
                                Spoken.at(port.appProtocol(), port.name())))
                        .toList());
    }

    static ServicePlace of(Snapshot snapshot, Service service) {
        return new ServicePlace(
                service.name().namespace(),
                service.name().name(),
                service.selector(),
                addresses(snapshot.addressesOf(service)),
                service.ports().stream()
                        .map(port -> new ServicePlace.Port(
                                port.port(), target(port.targetPort()), Spoken.at(port.appProtocol(), port.name())))
                        .toList());
    }

    private static ServicePlace.Target target(Service.TargetPort target) {
        return switch (target) {
            case Service.TargetPort.Numbered(int port) -> new ServicePlace.Target.Fixed(port);
            case Service.TargetPort.Named(String name) -> new ServicePlace.Target.Name(name);
        };
    }

    private static List<InetAddress> addresses(List<String> literals) {
        return literals.stream().map(InetAddress::ofLiteral).toList();
    }
}
