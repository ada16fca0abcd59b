package dev.weft.files.yaml;

import dev.weft.mesh.kind.SidecarSetting;
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
    private static final int DEFAULT_PERIOD_SECONDS = 10;

    /** The ports on which every sidecar listens. */
    private static final Set<Integer> SIDECAR_PORTS = Set.of(15_001, 15_006, 15_008, 15_020, 15_053);

    private static final Map<String, ProgramSpec.Restart> RESTARTS = Map.of(
            "Always", ProgramSpec.Restart.ALWAYS,
            "OnFailure", ProgramSpec.Restart.ON_FAILURE,
            "Never", ProgramSpec.Restart.NEVER);

    private WorkloadReader() {}

    /** A workload, and how its program is run. */
    record Read(Workload workload, ProgramSpec program) {}

    static Read read(ObjectHead head, Fields object, Fields spec) {
        ObjectName name = head.name();
        Map<String, String> settings = head.sidecarSettings(object);
        ProgramSpec program = program(spec, settings);
        Set<Integer> udpPorts = new HashSet<>();
        List<Workload.Port> ports = ports(spec, udpPorts);
        Workload workload = new Workload(
                name,
                head.labels(),
                Objects.requireNonNullElse(spec.text("serviceAccount"), DEFAULT_SERVICE_ACCOUNT),
                ports,
                udpPorts,
                spec.mapping("probes", probes -> probes.mapping("readiness", WorkloadReader::probe)),
                spec.mapping("probes", probes -> probes.mapping("liveness", WorkloadReader::probe)),
                spec.flag("meshed", true),
                spec.word("inbound", InboundMode.class),
                spec.word("reachablePorts", PortScope.class),
                spec.numbers("skipOutboundPorts"),
                spec.numbers("skipInboundPorts"),
                spec.texts("addresses"));
        if (!workload.meshed()) {
            needsSidecar(spec, "inbound", workload.inbound());
            needsSidecar(spec, "reachablePorts", workload.reachablePorts());
            settings.keySet().forEach(setting -> needsSidecar(object, SidecarSetting.PREFIX + setting, setting));
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

    private static ProgramSpec program(Fields spec, Map<String, String> settings) {
        return new ProgramSpec(
                spec.texts("command"),
                spec.map("env"),
                Optional.ofNullable(spec.text("workingDirectory")),
                Optional.ofNullable(spec.text("user")),
                RESTARTS.getOrDefault(Objects.requireNonNullElse(spec.text("restart"), ""), ProgramSpec.Restart.ALWAYS),
                settings);
    }

    private static void needsSidecar(Fields spec, String field, @Nullable Object value) {
        if (value != null) {
            spec.problem(
                    field + " is set on a workload without a sidecar (expected: meshed: true, or no " + field + ")");
        }
    }

    /** Returns the TCP ports, and adds the UDP ports, which only have a number, to {@code udpPorts}. */
    private static List<Workload.Port> ports(Fields spec, Set<Integer> udpPorts) {
        Set<Object> seen = new HashSet<>();
        return spec.mappings("ports", port -> {
            String name = port.text("name");
            int number = port.number("port", 0);
            boolean udp = "UDP".equals(port.text("protocol"));
            if (number != 0 && !(udp ? udpPorts.add(number) : seen.add(number))) {
                port.problem("port " + number + " is there twice");
            }
            if (name != null && !seen.add(name)) {
                port.problem("the name " + name + " is there twice");
            }
            return number == 0 || udp ? null : new Workload.Port(name, number, port.text("appProtocol"));
        });
    }

    private static @Nullable Probe probe(Fields fields) {
        Probe.Action action = Stream.<Probe.Action>of(
                        fields.mapping(
                                "httpGet",
                                get -> new Probe.HttpGet(
                                        Objects.requireNonNullElse(get.text("path"), "/"), get.number("port", 0))),
                        fields.mapping("tcpSocket", socket -> new Probe.TcpSocket(socket.number("port", 0))),
                        fields.mapping("exec", program -> new Probe.Exec(program.texts("command"))))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        return action == null
                ? null
                : new Probe(
                        action,
                        Duration.ofSeconds(fields.number("initialDelaySeconds", 0)),
                        Duration.ofSeconds(fields.number("periodSeconds", DEFAULT_PERIOD_SECONDS)),
                        Duration.ofSeconds(fields.number("timeoutSeconds", 1)),
                        fields.number("failureThreshold", 3));
    }
}
