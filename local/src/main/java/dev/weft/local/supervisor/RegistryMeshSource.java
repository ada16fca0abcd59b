package dev.weft.local.supervisor;

import dev.weft.control.registry.FileRegistry;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.IpFamily;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Probe;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.proxy.capture.CaptureSettings.Datagrams;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The mesh as the user's file says, followed as the file changes: the workloads that have no addresses of their own run here. */
final class RegistryMeshSource implements MeshSource {

    private final FileRegistry registry;
    private final TrustDomain trustDomain;

    private RegistryMeshSource(FileRegistry registry, TrustDomain trustDomain) {
        this.registry = registry;
        this.trustDomain = trustDomain;
    }

    static RegistryMeshSource open(Path file, TrustDomain trustDomain) {
        return new RegistryMeshSource(FileRegistry.open(List.of(file)), trustDomain);
    }

    @Override
    public MeshModel current() {
        return model(registry.current(), trustDomain);
    }

    @Override
    public List<String> errors() {
        return registry.errors().stream().map(LoadError::toString).toList();
    }

    @Override
    public void onChange(Runnable changed) {
        registry.subscribe((_, _) -> changed.run());
    }

    @Override
    public void close() {
        registry.close();
    }

    static MeshModel model(Snapshot snapshot, TrustDomain trustDomain) {
        Map<WorkloadName, PodSpec> pods = new HashMap<>();
        for (Workload workload : snapshot.workloads().values()) {
            if (workload.addresses().isEmpty()) {
                pods.put(name(workload.name()), pod(snapshot, workload, trustDomain));
            }
        }
        Map<WorkloadName, ServiceSpec> services = new HashMap<>();
        snapshot.services().forEach((name, service) -> services.put(name(name), service(service)));
        return new MeshModel(pods, services);
    }

    private static PodSpec pod(Snapshot snapshot, Workload workload, TrustDomain trustDomain) {
        return new PodSpec(
                name(workload.name()),
                new PodSpec.Shell(
                        workload.meshed(),
                        workload.serviceAccount(),
                        workload.identity(trustDomain).toString(),
                        workload.skipInboundPorts().stream().sorted().toList(),
                        workload.skipOutboundPorts().stream().sorted().toList()),
                Datagrams.of(snapshot.inboundMode(workload) == InboundMode.STRICT, workload.udpPorts()),
                new PodSpec.App(
                        workload.command(),
                        workload.environment(),
                        Optional.ofNullable(workload.workingDirectory()),
                        Optional.ofNullable(workload.user()),
                        switch (workload.restart()) {
                            case ALWAYS -> PodSpec.Restart.ALWAYS;
                            case ON_FAILURE -> PodSpec.Restart.ON_FAILURE;
                            case NEVER -> PodSpec.Restart.NEVER;
                        }),
                new PodSpec.Probes(
                        Optional.ofNullable(workload.readiness()).map(RegistryMeshSource::probe),
                        Optional.ofNullable(workload.liveness()).map(RegistryMeshSource::probe)),
                workload.ports().stream()
                        .map(port -> new PodSpec.Port(
                                Optional.ofNullable(port.name()).orElse(""), port.port()))
                        .toList(),
                workload.labels());
    }

    private static PodSpec.Probe probe(Probe probe) {
        PodSpec.Check check = switch (probe.action()) {
            case Probe.HttpGet(String path, int port) -> new PodSpec.Check.HttpGet(path, port);
            case Probe.TcpSocket(int port) -> new PodSpec.Check.TcpSocket(port);
            case Probe.Exec(List<String> command) -> new PodSpec.Check.Exec(command);
        };
        return new PodSpec.Probe(
                check, probe.period(), probe.timeout(), probe.failureThreshold(), probe.initialDelay());
    }

    private static ServiceSpec service(Service service) {
        return new ServiceSpec(
                name(service.name()),
                service.selector(),
                service.ports().stream().map(RegistryMeshSource::port).toList(),
                Optional.ofNullable(service.clusterIp()).map(List::of).orElse(List.of()),
                service.families().contains(IpFamily.IPV4),
                service.families().contains(IpFamily.IPV6));
    }

    private static ServiceSpec.ServicePort port(Service.Port port) {
        return switch (port.targetPort()) {
            case Service.TargetPort.Numbered(int number) ->
                new ServiceSpec.ServicePort(port.port(), OptionalInt.of(number), Optional.empty());
            case Service.TargetPort.Named(String name) ->
                new ServiceSpec.ServicePort(port.port(), OptionalInt.empty(), Optional.of(name));
        };
    }

    private static WorkloadName name(ObjectName name) {
        return new WorkloadName(name.namespace(), name.name());
    }
}
