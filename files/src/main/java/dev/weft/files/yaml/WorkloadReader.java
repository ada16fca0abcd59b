package dev.weft.files.yaml;

import dev.weft.mesh.kind.Field;
import dev.weft.mesh.kind.Shape;
import dev.weft.mesh.kind.SidecarSetting;
import dev.weft.mesh.model.EgressDefault;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.IpFamily;
import dev.weft.mesh.model.Namespace;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.PortScope;
import dev.weft.mesh.model.Probe;
import dev.weft.mesh.model.ReservedIdentity;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import dev.weft.policy.model.DefaultDecision;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of a Workload or of a Service, and the annotations of a Namespace. */
final class WorkloadReader {

    private static final String DEFAULT_SERVICE_ACCOUNT = "default";
    private static final int DEFAULT_PERIOD_SECONDS = 10;

    /** The ports on which every sidecar listens. */
    private static final Set<Integer> SIDECAR_PORTS = Set.of(15_001, 15_006, 15_008, 15_020, 15_053);

    private static final Map<String, ProgramSpec.Restart> RESTARTS = Map.of(
            "Always", ProgramSpec.Restart.ALWAYS,
            "OnFailure", ProgramSpec.Restart.ON_FAILURE,
            "Never", ProgramSpec.Restart.NEVER);

    private static final Map<String, IpFamily> FAMILIES = Map.of("IPv4", IpFamily.IPV4, "IPv6", IpFamily.IPV6);

    private static final String DEFAULT_POLICY = "weft.dev/default-policy";
    private static final String DEFAULT_DECISION = "weft.dev/default-decision";
    private static final String INBOUND = "weft.dev/inbound";
    private static final String EGRESS = "weft.dev/egress";

    private WorkloadReader() {}

    /** A workload, and how its program is run. */
    record Read(Workload workload, ProgramSpec program) {}

    static Read workload(ObjectHead head, Fields object, Fields spec) {
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

    static Service service(ObjectName name, Fields spec) {
        List<String> clusterIps = spec.texts("clusterIPs");
        String clusterIp = spec.text("clusterIP");
        Set<IpFamily> families = new LinkedHashSet<>();
        spec.texts("ipFamilies").forEach(word -> families.add(FAMILIES.getOrDefault(word, IpFamily.IPV4)));
        return new Service(
                name,
                spec.map("selector"),
                servicePorts(spec),
                clusterIp == null && !clusterIps.isEmpty() ? clusterIps.getFirst() : clusterIp,
                families.isEmpty() ? Set.of(IpFamily.IPV4) : families,
                spec.text("trafficDistribution") != null,
                false);
    }

    private static List<Service.Port> servicePorts(Fields spec) {
        Set<Object> seen = new HashSet<>();
        return spec.mappings("ports", port -> {
            int number = port.number("port", 0);
            if (number != 0 && !seen.add(number)) {
                port.problem("port " + number + " is there twice");
            }
            Service.TargetPort target = port.text("targetPort", WorkloadReader::target);
            // Wrong or missing port numbers were reported already.
            return number == 0
                    ? null
                    : new Service.Port(
                            port.text("name"),
                            number,
                            target == null ? new Service.TargetPort.Numbered(number) : target,
                            port.text("appProtocol"));
        });
    }

    private static Service.TargetPort target(String text) {
        return text.chars().allMatch(Character::isDigit)
                ? new Service.TargetPort.Numbered(Integer.parseInt(text))
                : new Service.TargetPort.Named(text);
    }

    static Namespace namespace(ObjectHead head, Fields object) {
        Map<String, Object> annotations = new HashMap<>();
        for (Field field : head.kind().annotations()) {
            String text = head.annotations().get(field.name());
            if (text != null && field.shape() instanceof Shape.OneOfWords(Map<String, Object> words)) {
                Object word = words.get(text);
                if (word == null) {
                    object.problem(
                            "metadata.annotations." + field.name() + ": " + text + Suggestion.of(text, words.keySet()));
                } else {
                    annotations.put(field.name(), word);
                }
            }
        }
        Object policy = annotations.get(DEFAULT_POLICY);
        Object decision = annotations.containsKey(DEFAULT_DECISION) ? annotations.get(DEFAULT_DECISION) : policy;
        if (policy != null && !policy.equals(decision)) {
            object.problem("metadata.annotations: " + DEFAULT_POLICY + " and " + DEFAULT_DECISION
                    + " mean the same, and have different values (expected: one of them)");
        }
        return new Namespace(
                head.name().name(),
                (DefaultDecision) decision,
                (InboundMode) annotations.get(INBOUND),
                (EgressDefault) annotations.get(EGRESS),
                head.sidecarSettings(object));
    }
}
