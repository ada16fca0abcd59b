package dev.weft.kubernetes.inject;

import static dev.weft.kubernetes.inject.AdmissionPolicies.named;

import dev.weft.kubernetes.manifest.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The policy with which the API server injects sidecars: {@link PodTemplate} as patches. */
final class MutatingPolicy {

    private static final String NAME = AdmissionPolicies.INJECTION;

    /** The namespace's setting for injection. */
    static final String OF_NAMESPACE =
            "namespaceObject.metadata" + Cel.optional("labels", Annotation.INJECT, Cel.text("disabled"));

    /** Whether a pod is for Windows. */
    static final String WINDOWS = "(object.spec.?os.?name.orValue(\"\") == " + Cel.text(PodFacts.WINDOWS) + ")";

    private MutatingPolicy() {}

    static List<Map<String, Object>> of(InjectionSettings settings, InjectionMethod version) {
        String word = version.word();
        return List.of(
                AdmissionPolicies.object(word, "MutatingAdmissionPolicy", NAME, spec(settings)),
                AdmissionPolicies.object(word, "MutatingAdmissionPolicyBinding", NAME, Trees.of("policyName", NAME)));
    }

    private static Map<String, Object> spec(InjectionSettings settings) {
        Map<String, Placeholder> holes = Placeholders.of(settings);
        // A webhook that runs later may change the pod so that it must be injected. A second run changes nothing.
        Map<String, Object> spec = Trees.of("failurePolicy", "Fail", "reinvocationPolicy", "IfNeeded");
        List<Object> rules = List.of(AdmissionPolicies.rule(List.of("CREATE"), "pods"));
        spec.put("matchConstraints", Trees.of("namespaceSelector", AdmissionPolicies.others(), "resourceRules", rules));
        spec.put("matchConditions", conditions());
        spec.put("variables", variables(holes));
        spec.put("mutations", mutations(settings, holes));
        return spec;
    }

    /**
     * Returns the same conditions as {@link Verdict}. They have no access to the namespace. A pod with another container
     * of the sidecar's name is left to {@link PodPolicy}, which refuses it with a reason.
     */
    static List<Object> conditions() {
        return List.of(
                named(
                        "not-injected",
                        "!object.spec.?initContainers.orValue([]).exists(c, c.name == " + Cel.text(PodTemplate.SIDECAR)
                                + ")"),
                named("own-network", "!object.spec.?hostNetwork.orValue(false)"),
                named("not-windows", "!" + WINDOWS),
                named(
                        "not-static",
                        "!(" + Cel.text(PodFacts.MIRROR_ANNOTATION) + " in object.metadata.?annotations.orValue({}))"),
                named("not-opted-out", wish("\"\"") + " != \"disabled\""));
    }

    /** Returns the pod's own setting for injection, or the value of another expression. */
    static String wish(String otherwise) {
        return Cel.label(Annotation.INJECT, Cel.annotation(Annotation.INJECT, otherwise));
    }

    private static List<Object> variables(Map<String, Placeholder> holes) {
        List<Object> variables = new ArrayList<>();
        variables.add(named("wanted", wish(OF_NAMESPACE) + " == \"enabled\""));
        variables.add(named("workloadApi", WorkloadApiMutation.wanted()));
        for (Placeholder.OfPod hole : Placeholders.ofPods(holes)) {
            variables.add(named(hole.variable(), hole.cel()));
        }
        return variables;
    }

    private static List<Object> mutations(InjectionSettings settings, Map<String, Placeholder> holes) {
        return settings.inbound() == Inbound.STRICT
                ? List.of(mutation(patches(holes)), mutation(saidStrict()))
                : List.of(mutation(patches(holes)));
    }

    private static Map<String, Object> mutation(String expression) {
        return Trees.of("patchType", "JSONPatch", "jsonPatch", Trees.of("expression", expression));
    }

    /**
     * Returns the mutation that annotates pods as strict: their init containers keep this value, whatever the
     * installation becomes later.
     */
    private static String saidStrict() {
        String key = Cel.text(Annotation.INBOUND);
        return """
            !variables.wanted || %s in object.metadata.?annotations.orValue({})
                || %s in namespaceObject.metadata.?annotations.orValue({}) ? [] :
            (has(object.metadata.annotations) ? [] : [%s]) +
            [%s]
            """.formatted(
                key,
                key,
                add("/metadata/annotations", "{}"),
                add("/metadata/annotations/" + Annotation.INBOUND.replace("/", "~1"), Cel.text(Inbound.STRICT.word())));
    }

    private static String patches(Map<String, Placeholder> holes) {
        PodTemplate template = PodTemplate.read();
        CelTemplate cel = new CelTemplate(holes);
        WorkloadApiMutation workloadApi = new WorkloadApiMutation(WorkloadApiTemplate.read(), cel);
        List<String> patches = new ArrayList<>();
        for (Object container : template.initContainers().reversed()) {
            patches.add(add("/spec/initContainers/0", cel.expression(container, "Object.spec.initContainers", "  ")));
        }
        for (Object volume : template.volumes()) {
            patches.add(add("/spec/volumes/-", cel.expression(volume, "Object.spec.volumes", "  ")));
        }
        return """
            !variables.wanted ? [] :
            (!variables.workloadApi ? [] :
                %s) +
            (has(object.spec.initContainers) ? [] : [%s]) +
            (has(object.spec.volumes) ? [] : [%s]) +
            [
              %s
            ] +
            (!variables.workloadApi ? [] : [
                %s])
            """.formatted(
                workloadApi.ofApplication(),
                add("/spec/initContainers", "[]"),
                add("/spec/volumes", "[]"),
                String.join(",\n  ", patches),
                String.join(
                        ",\n    ",
                        workloadApi.ofSidecar(template.namesOfInitContainers().indexOf(PodTemplate.SIDECAR))));
    }

    static String add(String path, String value) {
        return "JSONPatch{op: \"add\", path: " + Cel.text(path) + ", value: " + value + "}";
    }
}
