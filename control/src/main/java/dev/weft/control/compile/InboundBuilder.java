package dev.weft.control.compile;

import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.PortScope;
import dev.weft.api.v1.ProbeExemption;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.Probe;
import dev.weft.mesh.model.Workload;
import dev.weft.policy.egress.EgressRules;
import dev.weft.policy.egress.EgressWire;
import dev.weft.policy.limit.RateLimit;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.wire.RateLimitWire;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The parts of a workload's inbound configuration, which is built when its proxy asks for it. Holds only what it needs,
 * so that the state of the whole mesh at that time can be freed.
 *
 * @param fits whether policies and rate limits fit into a message; if not, the workload admits nobody
 */
record InboundBuilder(
        Workload workload,
        List<String> addresses,
        InboundMode mode,
        DefaultDecision defaultDecision,
        NamespacePolicies policies,
        List<RateLimit> rateLimits,
        EgressRules egress,
        List<Integer> httpPorts,
        boolean fits) {

    Inbound build() {
        Inbound.Builder inbound = Inbound.newBuilder()
                .setWorkload(workload.name().toString())
                .addAllAddresses(addresses)
                .setMode(
                        switch (mode) {
                            case STRICT -> dev.weft.api.v1.InboundMode.INBOUND_MODE_STRICT;
                            case PERMISSIVE -> dev.weft.api.v1.InboundMode.INBOUND_MODE_PERMISSIVE;
                        })
                .setPortScope(
                        switch (workload.portScope()) {
                            case DECLARED -> PortScope.PORT_SCOPE_DECLARED;
                            case ALL -> PortScope.PORT_SCOPE_ALL;
                        })
                .addAllDeclaredPorts(
                        workload.ports().stream().map(Workload.Port::port).toList())
                .addAllUdpPorts(workload.udpPorts().stream().sorted().toList())
                .setZone(workload.zone())
                .addAllHttpPorts(httpPorts)
                .setPolicies(fits ? policies.about(workload, defaultDecision) : InboundBounds.closed(workload))
                .addAllProbes(probes().map(InboundBuilder::exemption)
                        .flatMap(Optional::stream)
                        .distinct()
                        .toList());
        if (fits) {
            rateLimits.forEach(limit -> inbound.addRateLimits(RateLimitWire.toProto(limit)));
        }
        if (!egress.open()) {
            inbound.setEgress(EgressWire.toProto(egress));
        }
        return inbound.build();
    }

    private Stream<Probe.Action> probes() {
        return Stream.concat(
                Stream.of(workload.readiness(), workload.liveness())
                        .filter(Objects::nonNull)
                        .map(Probe::action),
                workload.platformProbes().stream());
    }

    /** Returns the exemption for a probe; empty for a probe that runs inside the workload. */
    private static Optional<ProbeExemption> exemption(Probe.Action action) {
        return switch (action) {
            case Probe.HttpGet(String path, int port) ->
                Optional.of(
                        ProbeExemption.newBuilder().setPort(port).setPath(path).build());
            case Probe.TcpSocket(int port) ->
                Optional.of(ProbeExemption.newBuilder().setPort(port).build());
            case Probe.Grpc(int port) ->
                Optional.of(
                        ProbeExemption.newBuilder().setPort(port).setGrpc(true).build());
            case Probe.Exec _ -> Optional.empty();
        };
    }
}
