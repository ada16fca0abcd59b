package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.Trees;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the patches for the SPIFFE Workload API in the admission policy that injects. They are JSON patches like all
 * others: a merge would refuse pods with duplicate ports or variables, which Kubernetes permits.
 */
final class WorkloadApiMutation {

    private final WorkloadApiTemplate template;
    private final CelTemplate cel;

    WorkloadApiMutation(WorkloadApiTemplate template, CelTemplate cel) {
        this.template = template;
        this.cel = cel;
    }

    /** Returns the expression whether the API is requested, equivalent to {@link WorkloadApiTemplate#wanted}. */
    static String wanted() {
        String ofNamespace =
                "namespaceObject.metadata" + Cel.optional("annotations", Annotation.WORKLOAD_API, Cel.text(""));
        return Cel.annotation(Annotation.WORKLOAD_API, ofNamespace) + " == " + Cel.text(Annotation.ENABLED);
    }

    /**
     * Returns lists of patches for the pod's own containers. They must be applied while the containers have their
     * original indexes.
     */
    String ofApplication() {
        List<String> lists = new ArrayList<>();
        for (String containers : List.of("initContainers", "containers")) {
            for (String list : WorkloadApiTemplate.LISTS) {
                lists.add(each(containers, " && !has(c." + list + ")", "/" + list, "[]"));
                for (Object member : Trees.list(template.application(), list)) {
                    lists.add(each(
                            containers,
                            "",
                            "/" + list + "/-",
                            cel.expression(member, "Object.spec." + containers + "." + list, "      ")));
                }
            }
        }
        return String.join(" +\n    ", lists);
    }

    private String each(String containers, String and, String path, String value) {
        return "object.spec.?" + containers + ".orValue([]).transformList(i, c, " + taken() + and
                + ",\n      JSONPatch{op: \"add\", path: \"/spec/" + containers + "/\" + string(i) + " + Cel.text(path)
                + ", value: " + value + "})";
    }

    private String taken() {
        return "!c.?env.orValue([]).exists(e, e.name == " + Cel.text(template.variable())
                + ") && !c.?volumeMounts.orValue([]).exists(m, m.mountPath == " + Cel.text(template.mountPath()) + ")";
    }

    /**
     * Returns the patches of the sidecar and of the pod's volumes, to apply when both exist.
     *
     * @param place index of the sidecar in the init containers
     */
    List<String> ofSidecar(int place) {
        List<String> patches = new ArrayList<>();
        for (String list : WorkloadApiTemplate.LISTS) {
            for (Object member : Trees.list(template.sidecar(), list)) {
                patches.add(MutatingPolicy.add(
                        "/spec/initContainers/" + place + "/" + list + "/-",
                        cel.expression(member, "Object.spec.initContainers." + list, "    ")));
            }
        }
        for (Object volume : template.volumes()) {
            patches.add(MutatingPolicy.add("/spec/volumes/-", cel.expression(volume, "Object.spec.volumes", "    ")));
        }
        return patches;
    }
}
