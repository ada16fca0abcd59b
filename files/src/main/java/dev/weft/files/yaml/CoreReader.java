package dev.weft.files.yaml;

import dev.weft.mesh.kind.Field;
import dev.weft.mesh.kind.Shape;
import dev.weft.mesh.model.EgressDefault;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.IpFamily;
import dev.weft.mesh.model.Namespace;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import dev.weft.policy.model.DefaultDecision;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads objects of the core of Kubernetes: the {@code spec} of a Service, and the annotations of a Namespace. */
final class CoreReader {

    private static final Map<String, IpFamily> FAMILIES = Map.of("IPv4", IpFamily.IPV4, "IPv6", IpFamily.IPV6);

    private static final String DEFAULT_POLICY = "weft.dev/default-policy";
    private static final String DEFAULT_DECISION = "weft.dev/default-decision";
    private static final String INBOUND = "weft.dev/inbound";
    private static final String EGRESS = "weft.dev/egress";

    private CoreReader() {}

    static Service service(ObjectName name, Fields spec) {
        List<String> clusterIps = spec.texts("clusterIPs");
        String clusterIp = spec.text("clusterIP");
        Set<IpFamily> families = new LinkedHashSet<>();
        spec.texts("ipFamilies").forEach(word -> families.add(FAMILIES.getOrDefault(word, IpFamily.IPV4)));
        return new Service(
                name,
                spec.map("selector"),
                ports(spec),
                clusterIp == null && !clusterIps.isEmpty() ? clusterIps.getFirst() : clusterIp,
                families.isEmpty() ? Set.of(IpFamily.IPV4) : families,
                spec.text("trafficDistribution") != null,
                false);
    }

    private static List<Service.Port> ports(Fields spec) {
        Set<Object> seen = new HashSet<>();
        return spec.mappings("ports", port -> {
            int number = port.number("port", 0);
            if (number != 0 && !seen.add(number)) {
                port.problem("port " + number + " is there twice");
            }
            Service.TargetPort target = port.text("targetPort", CoreReader::target);
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
