package dev.weft.control;

import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.InboundMode;
import dev.weft.api.v1.PortScope;
import dev.weft.api.v1.ProbeExemption;
import dev.weft.api.v1.Protocol;
import dev.weft.control.directory.Directory;
import dev.weft.control.directory.ServicePlace;
import dev.weft.control.directory.WorkloadPlace;
import dev.weft.control.registry.FileRegistry;
import dev.weft.control.registry.WrittenFile;
import dev.weft.control.revoke.OperatorObjects;
import dev.weft.control.server.ControlServer;
import dev.weft.control.state.StateException;
import dev.weft.control.trust.DeclaredTrust;
import dev.weft.control.trust.TrustGuard;
import dev.weft.control.trust.TrustGuard.Admitted;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.MeshState;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.Probe;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.registry.Registry;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.select.PolicyIndex;
import dev.weft.policy.wire.PolicyWire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mesh as a registry has it: turns its objects into what proxies are told. */
final class RegistryMesh implements MeshSource {

    private static final Logger LOG = LoggerFactory.getLogger(RegistryMesh.class);
    private static final int MAX_SHOWN = 10;

    private final FileRegistry registry;
    private final TrustDomain trustDomain;
    private final TrustSource trust;
    private final Clock clock;
    private final TrustGuard guard;
    private final Object declaring = new Object();
    private volatile @Nullable Admitted admitted;
    private Registry.@Nullable Subscription subscription;
    private @Nullable Consumer<MeshState> listener;

    private RegistryMesh(FileRegistry registry, TrustDomain trustDomain, TrustSource trust, Clock clock) {
        this.registry = registry;
        this.trustDomain = trustDomain;
        this.trust = trust;
        this.guard = new TrustGuard(ControlServer.identity(trustDomain), trust);
        this.clock = clock;
    }

    /** The mesh of the files that the settings name, followed as they change. */
    static MeshSource open(ControlSettings settings, TrustSource trust, Clock clock) throws IOException {
        Path operators = OperatorObjects.folder(settings.stateDirectory());
        FileRegistry registry = FileRegistry.open(settings.registry(), operators, settings.stateDirectory());
        if (!registry.unknown().isEmpty()) {
            registry.close();
            throw new StateException("WEFT-C094: nobody is served while it is not known what the registry says: "
                    + registry.unknown().stream()
                            .limit(MAX_SHOWN)
                            .map(LoadError::toString)
                            .collect(Collectors.joining("; "))
                    + " (no last valid state of it is kept): mend it");
        }
        return new RegistryMesh(registry, settings.trustDomain(), trust, clock);
    }

    @Override
    public void start(Consumer<MeshState> to) {
        synchronized (this) {
            listener = to;
            subscription = registry.subscribe((_, _) -> changed());
        }
        declare();
        publish();
    }

    @Override
    public void passTime() {
        declare();
    }

    @Override
    public Snapshot objects() {
        Admitted now = admitted;
        return now == null ? registry.current() : now.objects();
    }

    @Override
    public void announce(WrittenFile file) {
        registry.announce(file);
    }

    @Override
    public void look() {
        registry.look();
    }

    private void changed() {
        if (!declare()) {
            publish();
        }
    }

    /**
     * Says of trust what the registry's objects say now. One at a time, so that what was read earlier cannot come later.
     *
     * @return whether that changed what is trusted, which {@link TrustSource}'s listeners have been told
     */
    private boolean declare() {
        synchronized (declaring) {
            try {
                Admitted now = admit();
                return trust.changeDeclared(DeclaredTrust.of(now.objects(), trustDomain, clock.instant()));
            } catch (UncheckedIOException | StateException e) {
                LOG.atError().setCause(e).log("trust is not as the registry says; tried again soon");
                return false;
            }
        }
    }

    private Admitted admit() {
        Admitted before = admitted;
        Admitted now = guard.admit(registry.current(), clock.instant());
        admitted = now;
        if (before == null || !before.refused().equals(now.refused())) {
            refusals().forEach(refusal -> LOG.atError().log("not in force: {}", refusal));
        }
        return now;
    }

    private List<LoadError> left() {
        Admitted now = admitted;
        return now == null
                ? List.of()
                : now.refused().stream()
                        .map(refused ->
                                new LoadError(registry.source(refused.kind(), refused.name()), refused.reason()))
                        .sorted(Comparator.comparing(LoadError::toString))
                        .toList();
    }

    @Override
    public List<String> refusals() {
        return left().stream().map(LoadError::toString).toList();
    }

    /** One at a time, and always the present state: the last one told is the newest. */
    @Override
    public synchronized void publish() {
        if (listener != null) {
            listener.accept(state(registry.current(), trustDomain, trust));
        }
    }

    @Override
    public List<Map<String, Object>> errors() {
        return Stream.concat(registry.errors().stream(), left().stream())
                .map(error -> {
                    Map<String, Object> fields = new LinkedHashMap<>();
                    fields.put("where", error.source().where());
                    fields.put("kind", error.source().kind());
                    fields.put("name", error.source().name());
                    fields.put("reason", error.reason());
                    return fields;
                })
                .toList();
    }

    @Override
    public void close() {
        Registry.Subscription running;
        synchronized (this) {
            running = subscription;
            listener = null;
        }
        if (running != null) {
            running.close();
        }
        registry.close();
    }

    static MeshState state(Snapshot snapshot, TrustDomain trustDomain, TrustSource trust) {
        Map<String, MeshState.Served> served = new HashMap<>();
        PolicyIndex policies = PolicyIndex.of(snapshot);
        for (Workload workload : snapshot.workloads().values()) {
            if (workload.meshed()) {
                served.put(
                        workload.name().toString(),
                        new MeshState.Served(workload.identity(trustDomain), inbound(snapshot, policies, workload)));
            }
        }
        Directory directory = Directory.of(
                snapshot.workloads().values().stream()
                        .map(workload -> place(snapshot, workload, trustDomain))
                        .toList(),
                snapshot.services().values().stream()
                        .map(service -> place(snapshot, service))
                        .toList());
        return new MeshState(served, directory, trust.wire());
    }

    private static Inbound inbound(Snapshot snapshot, PolicyIndex policies, Workload workload) {
        return Inbound.newBuilder()
                .setWorkload(workload.name().toString())
                .addAllAddresses(snapshot.addressesOf(workload))
                .setMode(
                        switch (snapshot.inboundMode(workload)) {
                            case STRICT -> InboundMode.INBOUND_MODE_STRICT;
                            case PERMISSIVE -> InboundMode.INBOUND_MODE_PERMISSIVE;
                        })
                .setPortScope(
                        switch (workload.portScope()) {
                            case DECLARED -> PortScope.PORT_SCOPE_DECLARED;
                            case ALL -> PortScope.PORT_SCOPE_ALL;
                        })
                .addAllDeclaredPorts(
                        workload.ports().stream().map(Workload.Port::port).toList())
                .addAllUdpPorts(workload.udpPorts().stream().sorted().toList())
                .setPolicies(PolicyWire.toProto(policies.policySetFor(workload)))
                .addAllProbes(Stream.of(workload.readiness(), workload.liveness())
                        .filter(Objects::nonNull)
                        .map(RegistryMesh::exemption)
                        .flatMap(Optional::stream)
                        .distinct()
                        .toList())
                .build();
    }

    /** A probe that runs inside the workload needs no exemption. */
    private static Optional<ProbeExemption> exemption(Probe probe) {
        return switch (probe.action()) {
            case Probe.HttpGet(String path, int port) ->
                Optional.of(
                        ProbeExemption.newBuilder().setPort(port).setPath(path).build());
            case Probe.TcpSocket(int port) ->
                Optional.of(ProbeExemption.newBuilder().setPort(port).build());
            case Probe.Exec _ -> Optional.empty();
        };
    }

    private static WorkloadPlace place(Snapshot snapshot, Workload workload, TrustDomain trustDomain) {
        return new WorkloadPlace(
                workload.name().namespace(),
                workload.name().name(),
                workload.labels(),
                workload.meshed() ? Optional.of(workload.identity(trustDomain)) : Optional.empty(),
                addresses(snapshot.addressesOf(workload)),
                snapshot.ready(workload),
                workload.ports().stream()
                        .map(port -> new WorkloadPlace.Port(
                                Objects.requireNonNullElse(port.name(), ""), port.port(), protocol(port.appProtocol())))
                        .toList());
    }

    private static ServicePlace place(Snapshot snapshot, Service service) {
        return new ServicePlace(
                service.name().namespace(),
                service.name().name(),
                service.selector(),
                addresses(snapshot.addressesOf(service)),
                service.ports().stream()
                        .map(port -> new ServicePlace.Port(
                                port.port(), target(port.targetPort()), protocol(port.appProtocol())))
                        .toList());
    }

    private static ServicePlace.Target target(Service.TargetPort target) {
        return switch (target) {
            case Service.TargetPort.Numbered(int port) -> new ServicePlace.Target.Fixed(port);
            case Service.TargetPort.Named(String name) -> new ServicePlace.Target.Name(name);
        };
    }

    /** Names as Kubernetes and its users write them; others are no hint. */
    private static Protocol protocol(@Nullable String appProtocol) {
        return switch (appProtocol) {
            case "tcp" -> Protocol.PROTOCOL_TCP;
            case "http" -> Protocol.PROTOCOL_HTTP1;
            case "http2", "kubernetes.io/h2c" -> Protocol.PROTOCOL_HTTP2;
            case "grpc" -> Protocol.PROTOCOL_GRPC;
            case null, default -> Protocol.PROTOCOL_UNSPECIFIED;
        };
    }

    private static List<InetAddress> addresses(List<String> literals) {
        return literals.stream().map(InetAddress::ofLiteral).toList();
    }
}
