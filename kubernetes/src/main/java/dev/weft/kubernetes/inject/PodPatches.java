package dev.weft.kubernetes.inject;

import static java.util.Objects.requireNonNull;

import dev.weft.kubernetes.manifest.Trees;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Builds the webhook's patches of a pod. They are the same as those of the admission policy ({@link MutatingPolicy}).
 */
public final class PodPatches {

    private static final int MOST_MEMBERS = 1000;

    private final Inbound inbound;
    private final Map<Inbound, PodInjection> injections = new EnumMap<>(Inbound.class);
    private final WorkloadApiTemplate workloadApi = WorkloadApiTemplate.read();

    public PodPatches(InjectionSettings settings) {
        this.inbound = settings.inbound();
        for (Inbound each : Inbound.values()) {
            injections.put(
                    each,
                    new PodInjection(new InjectionSettings(
                            settings.image(),
                            settings.pullPolicy(),
                            settings.trustDomain(),
                            settings.clusterDomain(),
                            each)));
        }
    }

    /**
     * The relevant parts of a namespace.
     *
     * @param name name of the namespace
     * @param labels labels of the namespace
     * @param annotations annotations of the namespace
     */
    public record Namespace(String name, Map<String, String> labels, Map<String, String> annotations) {
        public Namespace {
            requireNonNull(name, "name");
            labels = Map.copyOf(labels);
            annotations = Map.copyOf(annotations);
        }
    }

    /**
     * Returns the operations (RFC 6902) that add a sidecar to a pod; empty if it has one, opts out, or cannot have one.
     *
     * @param pod the pod, before the API server creates it
     * @throws InvalidPodException if an annotation of the mesh is unknown, or has an invalid value, or another init
     *     container has the sidecar's name
     * @throws IllegalArgumentException if it is not a pod
     */
    public List<Map<String, Object>> of(Namespace namespace, Map<String, Object> pod) throws InvalidPodException {
        Map<String, Object> spec = Trees.map(pod, "spec");
        PodFacts facts = facts(namespace.name(), pod, spec);
        boolean wanted =
                facts.wish().equals("enabled") || (facts.wish().isEmpty() && MissingSidecar.asked(namespace.labels()));
        Verdict verdict = Verdict.of(facts);
        if (wanted && verdict == Verdict.NAME_TAKEN) {
            throw new InvalidPodException("the pod " + verdict.words());
        }
        if (verdict != Verdict.INJECTED || !wanted) {
            return List.of();
        }
        Annotation.check(facts);
        HeldMemory.check(facts);
        List<Map<String, Object>> operations = new ArrayList<>(sidecar(namespace, facts, spec));
        if (inbound == Inbound.STRICT
                && !facts.annotations().containsKey(Annotation.INBOUND)
                && !namespace.annotations().containsKey(Annotation.INBOUND)) {
            operations.addAll(saidStrict(Trees.map(pod, "metadata")));
        }
        return operations;
    }

    private List<Map<String, Object>> sidecar(Namespace namespace, PodFacts facts, Map<String, Object> spec) {
        PodInjection injection = requireNonNull(injections.get(inbound(namespace)), "injection");
        boolean withWorkloadApi = WorkloadApiTemplate.wanted(facts, namespace.annotations());
        List<Map<String, Object>> operations = new ArrayList<>();
        if (withWorkloadApi) {
            // These come before other containers are added to the lists, because an operation names a container by its
            // index.
            operations.addAll(ofWorkloadApi(spec, "initContainers"));
            operations.addAll(ofWorkloadApi(spec, "containers"));
        }
        for (String list : List.of("initContainers", "volumes")) {
            if (spec.get(list) == null) {
                operations.add(add("/spec/" + list, List.of()));
            }
        }
        PodFacts settled = facts.withSettings(namespace.annotations());
        for (Object container :
                injection.initContainers(settled, withWorkloadApi).reversed()) {
            operations.add(add("/spec/initContainers/0", container));
        }
        for (Object volume : injection.volumes(facts, withWorkloadApi)) {
            operations.add(add("/spec/volumes/-", volume));
        }
        return operations;
    }

    private Inbound inbound(Namespace namespace) {
        String said = namespace.annotations().get(Annotation.INBOUND);
        if (said == null) {
            return inbound;
        }
        return said.equals(Inbound.PERMISSIVE.word()) ? Inbound.PERMISSIVE : Inbound.STRICT;
    }

    private static List<Map<String, Object>> saidStrict(Map<String, Object> metadata) {
        List<Map<String, Object>> operations = new ArrayList<>();
        if (metadata.get("annotations") == null) {
            operations.add(add("/metadata/annotations", Map.of()));
        }
        operations.add(add("/metadata/annotations/" + Annotation.INBOUND.replace("/", "~1"), Inbound.STRICT.word()));
        return operations;
    }

    /** Returns what gives the containers of a list access to the SPIFFE Workload API. */
    private List<Map<String, Object>> ofWorkloadApi(Map<String, Object> spec, String list) {
        List<Map<String, Object>> operations = new ArrayList<>();
        List<Object> containers = spec.get(list) == null ? List.of() : Trees.list(spec, list);
        for (int i = 0; i < containers.size(); i++) {
            Map<String, Object> container = Trees.asMap(containers.get(i), "container");
            if (workloadApi.leaves(
                    members(container, WorkloadApiTemplate.ENV, "name"),
                    members(container, WorkloadApiTemplate.MOUNTS, "mountPath"))) {
                continue;
            }
            for (String more : WorkloadApiTemplate.LISTS) {
                String path = "/spec/" + list + "/" + i + "/" + more;
                if (container.get(more) == null) {
                    operations.add(add(path, List.of()));
                }
                for (Object member : Trees.list(workloadApi.application(), more)) {
                    operations.add(add(path + "/-", member));
                }
            }
        }
        return operations;
    }

    private static Set<String> members(Map<String, Object> container, String list, String member) {
        List<Object> elements = container.get(list) == null ? List.of() : Trees.list(container, list);
        return elements.stream()
                .map(element -> String.valueOf(Trees.asMap(element, list).get(member)))
                .collect(Collectors.toSet());
    }

    private static Map<String, Object> add(String path, Object value) {
        return Trees.of("op", "add", "path", path, "value", value);
    }

    private static PodFacts facts(String namespace, Map<String, Object> pod, Map<String, Object> spec) {
        Map<String, Object> metadata = Trees.map(pod, "metadata");
        return new PodFacts(
                namespace,
                texts(metadata, "labels"),
                texts(metadata, "annotations"),
                spec.get("hostNetwork") instanceof Boolean truth && truth,
                os(spec),
                initContainers(spec),
                DeclaredUdp.of(spec));
    }

    private static Map<String, String> texts(Map<String, Object> metadata, String member) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (metadata.get(member) != null) {
            Trees.map(metadata, member).forEach((key, value) -> {
                if (!(value instanceof String text) || texts.size() == MOST_MEMBERS) {
                    throw new IllegalArgumentException(
                            member + ": more than " + MOST_MEMBERS + ", or one that is no text");
                }
                texts.put(key, text);
            });
        }
        return texts;
    }

    private static String os(Map<String, Object> spec) {
        return spec.get("os") == null
                ? ""
                : String.valueOf(Trees.map(spec, "os").getOrDefault("name", ""));
    }

    private static Map<String, String> initContainers(Map<String, Object> spec) {
        Map<String, String> policies = new LinkedHashMap<>();
        if (spec.get("initContainers") != null) {
            for (Object each : Trees.list(spec, "initContainers")) {
                Map<String, Object> container = Trees.asMap(each, "init container");
                policies.put(
                        String.valueOf(container.get("name")),
                        String.valueOf(container.getOrDefault("restartPolicy", "")));
            }
        }
        return policies;
    }
}
