package dev.weft.files.yaml;

import dev.weft.mesh.model.IpFamily;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the {@code spec} of a core/v1 Service, as far as a mesh uses it. */
final class ServiceReader {

    private static final Map<String, IpFamily> FAMILIES = Map.of("IPv4", IpFamily.IPV4, "IPv6", IpFamily.IPV6);

    private ServiceReader() {}

    static Service read(ObjectName name, Fields spec) {
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
            Service.TargetPort target = port.text("targetPort", ServiceReader::target);
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
}
