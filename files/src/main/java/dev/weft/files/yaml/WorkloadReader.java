package dev.weft.files.yaml;

import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.PortScope;
import dev.weft.mesh.model.Probe;
import dev.weft.mesh.model.ReservedIdentity;
import dev.weft.mesh.model.Workload;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of a Workload. */
final class WorkloadReader {

    private static final String DEFAULT_SERVICE_ACCOUNT = "default";
    private static final int MAX_SECONDS = 86_400;
    private static final int DEFAULT_PERIOD_SECONDS = 10;

    static final Map<String, InboundMode> INBOUND_MODES =
            Map.of("strict", InboundMode.STRICT, "permissive", InboundMode.PERMISSIVE);
    private static final Map<String, PortScope> PORT_SCOPES =
            Map.of("declared", PortScope.DECLARED, "all", PortScope.ALL);
    /** Where every sidecar listens. */
    private static final Set<Integer> SIDECAR_PORTS = Set.of(15_001, 15_006, 15_008, 15_020, 15_053);

    private static final Map<String, ProgramSpec.Restart> RESTARTS = Map.of(
            "Always", ProgramSpec.Restart.ALWAYS,
            "OnFailure", ProgramSpec.Restart.ON_FAILURE,
            "Never", ProgramSpec.Restart.NEVER);

    private WorkloadReader() {}

    /** A workload, and its program. */
    record Read(Workload workload, ProgramSpec program) {}

    static Read read(ObjectName name, Map<String, String> labels, Fields spec) {
        String account = spec.text("serviceAccount", Syntax::dnsName);
        ProgramSpec program = program(spec);
        Set<Integer> udpPorts = new HashSet<>();
        List<Workload.Port> ports = ports(spec, udpPorts);
        @Nullable Probes probes = spec.mapping("probes", WorkloadReader::probes);
        Workload workload = new Workload(
                name,
                labels,
                account == null ? DEFAULT_SERVICE_ACCOUNT : account,
                ports,
                udpPorts,
                probes == null ? null : probes.readiness(),
                probes == null ? null : probes.liveness(),
                spec.flag("meshed", true),
                spec.word("inbound", INBOUND_MODES),
                spec.word("reachablePorts", PORT_SCOPES),
                spec.ports("skipOutboundPorts"),
                spec.ports("skipInboundPorts"),
                spec.texts("addresses", Syntax::ipAddress));
        if (!workload.meshed()) {
            needsSidecar(spec, "inbound", workload.inbound());
            needsSidecar(spec, "reachablePorts", workload.reachablePorts());
        }
        ports.stream()
                .filter(port -> workload.meshed() && SIDECAR_PORTS.contains(port.port()))
                .forEach(port -> spec.problem("port " + port.port()
                        + " is the sidecar's own (expected: another; nothing is carried to those of sidecars)"));
        if (ReservedIdentity.is(workload.name().namespace(), workload.serviceAccount())) {
            spec.problem("serviceAccount: " + workload.serviceAccount() + " in namespace "
                    + workload.name().namespace()
                    + " is the control plane's own identity (expected: another service account or namespace)");
        }
        if (!workload.addresses().isEmpty() && !program.command().isEmpty()) {
            spec.problem("command and addresses are both set (expected: a command for a workload that the mesh starts, "
                    + "addresses for one that is elsewhere)");
        }
        return new Read(workload, program);
    }

    private static ProgramSpec program(Fields spec) {
        List<String> command = spec.texts("command", Syntax::text);
        ProgramSpec.Restart restart = spec.word("restart", RESTARTS);
        return new ProgramSpec(
                command,
                spec.texts("env", Syntax::environmentName, Syntax::text),
                Optional.ofNullable(spec.text("workingDirectory", Syntax::absolutePath)),
                Optional.ofNullable(spec.text("user", Syntax::user)),
                restart == null ? ProgramSpec.Restart.ALWAYS : restart);
    }

    private static void needsSidecar(Fields spec, String field, @Nullable Object value) {
        if (value != null) {
            spec.problem(
                    field + " is set on a workload without a sidecar (expected: meshed: true, or no " + field + ")");
        }
    }

    /** Those of TCP; puts those of UDP, which have no more to them than a number, into {@code udpPorts}. */
    private static List<Workload.Port> ports(Fields spec, Set<Integer> udpPorts) {
        Set<Object> seen = new HashSet<>();
        return spec.mappings("ports", port -> {
            String name = port.text("name", Syntax::portName);
            int number = port.requiredPort("port");
            boolean udp = "UDP".equals(port.text("protocol", WorkloadReader::tcpOrUdp));
            String appProtocol = port.text("appProtocol", Syntax::appProtocol);
            if (number != 0 && !(udp ? udpPorts.add(number) : seen.add(number))) {
                port.problem("port " + number + " is there twice");
            }
            if (name != null && !seen.add(name)) {
                port.problem("the name " + name + " is there twice");
            }
            return number == 0 || udp ? null : new Workload.Port(name, number, appProtocol);
        });
    }

    private static @Nullable String tcpOrUdp(String protocol) {
        return protocol.equals("TCP") || protocol.equals("UDP") ? null : "TCP, or UDP for a port past the sidecar";
    }

    static void onlyTcp(Fields port) {
        port.text("protocol", text -> text.equals("TCP") ? null : "TCP; Weft carries no other protocol");
    }

    private record Probes(
            @Nullable Probe readiness, @Nullable Probe liveness) {}

    private static Probes probes(Fields fields) {
        return new Probes(
                fields.mapping("readiness", WorkloadReader::probe), fields.mapping("liveness", WorkloadReader::probe));
    }

    private static Probe probe(Fields fields) {
        Probe.@Nullable HttpGet httpGet = fields.mapping("httpGet", get -> {
            String path = get.text("path", Syntax::httpPath);
            return new Probe.HttpGet(path == null ? "/" : path, get.requiredPort("port"));
        });
        Probe.@Nullable TcpSocket tcpSocket =
                fields.mapping("tcpSocket", socket -> new Probe.TcpSocket(socket.requiredPort("port")));
        Probe.@Nullable Exec exec = fields.mapping("exec", program -> {
            List<String> command = program.texts("command", Syntax::nonEmpty);
            if (command.isEmpty()) {
                program.problem("command is missing");
            }
            return new Probe.Exec(command);
        });
        List<Probe.Action> actions = Stream.of(httpGet, tcpSocket, exec)
                .filter(Objects::nonNull)
                .map(Probe.Action.class::cast)
                .toList();
        if (actions.size() != 1) {
            fields.problem(actions.size() + " actions (expected: one of httpGet, tcpSocket, exec)");
        }
        return new Probe(
                actions.isEmpty() ? new Probe.TcpSocket(0) : actions.getFirst(),
                Duration.ofSeconds(fields.number("initialDelaySeconds", 0, 0, MAX_SECONDS)),
                Duration.ofSeconds(fields.number("periodSeconds", DEFAULT_PERIOD_SECONDS, 1, MAX_SECONDS)),
                Duration.ofSeconds(fields.number("timeoutSeconds", 1, 1, MAX_SECONDS)),
                fields.number("failureThreshold", 3, 1, 1000));
    }
}
