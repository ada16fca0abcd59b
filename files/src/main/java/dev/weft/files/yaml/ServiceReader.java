package dev.weft.files.yaml;

import dev.weft.mesh.model.IpFamily;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of a core/v1 Service, as far as a mesh has a use for it. */
final class ServiceReader {

    private static final int MAX_PORT = 65_535;

    private ServiceReader() {}

    static Service read(ObjectName name, Fields spec) {
        spec.text("type", text -> text.equals("ClusterIP") ? null : "ClusterIP");
        spec.text("ipFamilyPolicy", text -> policies().contains(text) ? null : String.join(", ", policies()));
        Map<String, String> selector = spec.texts("selector", Syntax::labelKey, Syntax::labelValue);
        if (selector.isEmpty()) {
            spec.problem("selector is missing (expected: labels of the workloads that it leads to)");
        }
        List<Service.Port> ports = ports(spec);
        String clusterIp = spec.text("clusterIP", Syntax::ipAddress);
        List<String> clusterIps = spec.texts("clusterIPs", Syntax::ipAddress);
        Set<IpFamily> families = new LinkedHashSet<>(families(spec));
        String distribution = spec.text(
                "trafficDistribution",
                text -> Service.DISTRIBUTIONS.contains(text) ? null : String.join(", ", Service.DISTRIBUTIONS));
        return new Service(
                name,
                selector,
                ports,
                clusterIp == null && !clusterIps.isEmpty() ? clusterIps.getFirst() : clusterIp,
                families.isEmpty() ? Set.of(IpFamily.IPV4) : families,
                distribution != null);
    }

    private static List<String> policies() {
        return List.of("SingleStack", "PreferDualStack", "RequireDualStack");
    }

    private static List<IpFamily> families(Fields spec) {
        Map<String, IpFamily> words = new LinkedHashMap<>();
        words.put("IPv4", IpFamily.IPV4);
        words.put("IPv6", IpFamily.IPV6);
        return spec.texts("ipFamilies", text -> words.containsKey(text) ? null : "IPv4 or IPv6").stream()
                .map(words::get)
                .filter(Objects::nonNull)
                .toList();
    }

    private static List<Service.Port> ports(Fields spec) {
        Set<Object> seen = new HashSet<>();
        List<Service.Port> ports = spec.mappings("ports", port -> {
            String name = port.text("name", Syntax::portName);
            int number = port.requiredPort("port");
            Service.TargetPort target = target(port, number);
            WorkloadReader.onlyTcp(port);
            String appProtocol = port.text("appProtocol", Syntax::appProtocol);
            if (number != 0 && !seen.add(number)) {
                port.problem("port " + number + " is there twice");
            }
            return number == 0 || target == null ? null : new Service.Port(name, number, target, appProtocol);
        });
        if (ports.isEmpty()) {
            spec.problem("no usable port (expected: ports: [{port, targetPort}])");
        }
        return ports;
    }

    private static Service.@Nullable TargetPort target(Fields port, int number) {
        String text = port.text("targetPort", value -> {
            if (value.chars().allMatch(c -> c >= '0' && c <= '9') && !value.isEmpty()) {
                return value.length() <= 5 && Integer.parseInt(value) >= 1 && Integer.parseInt(value) <= MAX_PORT
                        ? null
                        : "1-65535";
            }
            return Syntax.portName(value);
        });
        if (text == null) {
            return number == 0 ? null : new Service.TargetPort.Numbered(number);
        }
        return Character.isDigit(text.charAt(0)) && text.chars().allMatch(Character::isDigit)
                ? new Service.TargetPort.Numbered(Integer.parseInt(text))
                : new Service.TargetPort.Named(text);
    }
}
