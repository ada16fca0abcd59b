package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.Nodes;
import dev.weft.kubernetes.manifest.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Adds the SPIFFE Workload API to the containers of a manifest, and removes it. */
final class WorkloadApiContainers {

    private static final List<String> OF_A_POD = List.of("initContainers", "containers");

    private final WorkloadApiTemplate template;

    WorkloadApiContainers(WorkloadApiTemplate template) {
        this.template = template;
    }

    /** Changes all containers that the pod has now. */
    void add(MappingNode spec) {
        each(spec, container -> {
            if (!template.leaves(
                    texts(container, WorkloadApiTemplate.ENV, "name"),
                    texts(container, WorkloadApiTemplate.MOUNTS, "mountPath"))) {
                for (String list : WorkloadApiTemplate.LISTS) {
                    List<Node> all = new ArrayList<>(Nodes.elements(container, list));
                    Trees.list(template.application(), list).forEach(member -> all.add(Nodes.of(member)));
                    Nodes.put(container, list, all);
                }
            }
        });
    }

    /** Removes what {@link #add} added, from each container that has it. */
    void remove(MappingNode spec) {
        each(spec, container -> {
            if (texts(container, WorkloadApiTemplate.MOUNTS, "name").contains(template.volume())) {
                without(container, WorkloadApiTemplate.ENV, template.variable());
                without(container, WorkloadApiTemplate.MOUNTS, template.volume());
            }
        });
        without(spec, "volumes", template.volume());
    }

    private static void without(MappingNode of, String list, String name) {
        Nodes.put(
                of,
                list,
                Nodes.elements(of, list).stream()
                        .filter(element ->
                                Nodes.text(element, "name").filter(name::equals).isEmpty())
                        .toList());
    }

    private static void each(MappingNode spec, Consumer<MappingNode> change) {
        for (String list : OF_A_POD) {
            for (Node container : Nodes.elements(spec, list)) {
                if (container instanceof MappingNode mapping) {
                    change.accept(mapping);
                }
            }
        }
    }

    private static Set<String> texts(Node container, String list, String member) {
        return Nodes.elements(container, list).stream()
                .flatMap(element -> Nodes.text(element, member).stream())
                .collect(Collectors.toSet());
    }
}
