package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.Nodes;
import dev.weft.kubernetes.manifest.Trees;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The UDP ports that a pod's containers declare, and those of its init containers that keep running. The two readers and
 * the expression give the same ports, in the same order.
 */
final class DeclaredUdp {

    /** The expression for a list of texts; each has the ports of one container, separated by commas. */
    static final String CEL = "object.spec.containers.map(c, " + ofContainer() + ")"
            + " + object.spec.?initContainers.orValue([]).filter(c, c.?restartPolicy.orValue(\"\") == \"Always\")"
            + ".map(c, " + ofContainer() + ")";

    private static final String CONTAINERS = "containers";
    private static final String INIT_CONTAINERS = "initContainers";
    private static final String UDP = "UDP";

    private DeclaredUdp() {}

    private static String ofContainer() {
        return "c.?ports.orValue([]).filter(p, p.?protocol.orValue(\"TCP\") == \"UDP\")"
                + ".map(p, string(p.containerPort)).join(\",\")";
    }

    /** Returns the ports of a pod in a manifest. */
    static List<String> of(Node spec) {
        return Stream.concat(
                        Nodes.elements(spec, CONTAINERS).stream(),
                        Nodes.elements(spec, INIT_CONTAINERS).stream()
                                .filter(container -> Nodes.text(container, "restartPolicy")
                                        .filter(PodFacts.ALWAYS::equals)
                                        .isPresent()))
                .flatMap(container -> Nodes.elements(container, "ports").stream())
                .filter(port -> Nodes.text(port, "protocol").filter(UDP::equals).isPresent())
                .flatMap(port -> Nodes.text(port, "containerPort").stream())
                .toList();
    }

    /**
     * Returns the ports of a pod.
     *
     * @throws IllegalArgumentException if its containers cannot be read
     */
    static List<String> of(Map<String, Object> spec) {
        return Stream.concat(
                        members(spec, CONTAINERS),
                        members(spec, INIT_CONTAINERS)
                                .filter(container -> PodFacts.ALWAYS.equals(container.get("restartPolicy"))))
                .flatMap(container -> members(container, "ports"))
                .filter(port -> UDP.equals(port.get("protocol")))
                .map(port -> String.valueOf(port.get("containerPort")))
                .toList();
    }

    private static Stream<Map<String, Object>> members(Map<String, Object> of, String list) {
        return of.get(list) == null
                ? Stream.of()
                : Trees.list(of, list).stream().map(member -> Trees.asMap(member, list));
    }
}
