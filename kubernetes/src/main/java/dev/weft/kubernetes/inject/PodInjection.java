package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.InvalidManifestException;
import dev.weft.kubernetes.manifest.Nodes;
import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Adds sidecars to the pods in manifests, and removes them. A document without such a pod is not changed in any
 * character. In the other documents, only init containers and volumes change, and a strict pod says by an annotation that
 * it is strict.
 */
public final class PodInjection {

    private final Inbound inbound;
    private final Map<String, Placeholder> holes;
    private final PodTemplate template = PodTemplate.read();
    private final WorkloadApiTemplate workloadApi = WorkloadApiTemplate.read();

    public PodInjection(InjectionSettings settings) {
        this.inbound = settings.inbound();
        this.holes = Placeholders.of(settings);
    }

    /**
     * The result for a text.
     *
     * @param remarks a line for each pod, or pod template, that was found
     * @param changed number of them that were changed
     */
    public record Result(String text, List<String> remarks, int changed) {
        public Result {
            remarks = List.copyOf(remarks);
        }
    }

    /** Changes a pod, and returns a description of the change. */
    private interface Change {
        String apply(PodPlace pod) throws InvalidPodException;
    }

    /**
     * Adds a sidecar to each pod, except those that have one, opt out, or cannot have one.
     *
     * @param text documents of YAML, or of JSON
     * @throws InvalidManifestException if the text is not YAML
     * @throws InvalidPodException if an annotation of the mesh is unknown, or has an invalid value, or another init
     *     container has the sidecar's name
     */
    public Result inject(String text) throws InvalidManifestException, InvalidPodException {
        return each(text, pod -> {
            PodFacts facts = pod.facts();
            Verdict verdict = Verdict.of(facts);
            if (verdict == Verdict.NAME_TAKEN) {
                throw new InvalidPodException(verdict.words());
            }
            if (verdict == Verdict.INJECTED) {
                Annotation.check(facts);
                HeldMemory.check(facts);
                add(pod.spec(), facts);
                if (inbound == Inbound.STRICT && !facts.annotations().containsKey(Annotation.INBOUND)) {
                    sayStrict(pod.pod());
                }
            }
            return verdict.words();
        });
    }

    /**
     * Removes everything that {@link #inject} added, except the annotation of a strict pod: it may be the user's own, and
     * has no meaning without a sidecar.
     *
     * @throws InvalidManifestException if the text is not YAML
     */
    public static Result uninject(String text) throws InvalidManifestException {
        PodTemplate template = PodTemplate.read();
        WorkloadApiTemplate workloadApi = WorkloadApiTemplate.read();
        try {
            return each(text, pod -> {
                if (!pod.facts().hasSidecar()) {
                    return "has no sidecar";
                }
                remove(pod.spec(), "initContainers", template.namesOfInitContainers()::contains);
                remove(pod.spec(), "volumes", template.namesOfVolumes()::contains);
                removeWorkloadApi(pod.spec(), workloadApi);
                return "has no sidecar any more";
            });
        } catch (InvalidPodException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the init containers that are added before the pod's own. */
    List<Object> initContainers(PodFacts pod, boolean withWorkloadApi) {
        List<Object> filled = new FilledTemplate(holes, pod).list(template.initContainers());
        return withWorkloadApi ? workloadApi.serving(filled) : filled;
    }

    /** Returns the volumes that are added after the pod's own. */
    List<Object> volumes(PodFacts pod, boolean withWorkloadApi) {
        List<Object> filled = new ArrayList<>(new FilledTemplate(holes, pod).list(template.volumes()));
        if (withWorkloadApi) {
            filled.addAll(workloadApi.volumes());
        }
        return filled;
    }

    private void add(MappingNode spec, PodFacts facts) {
        boolean withWorkloadApi = WorkloadApiTemplate.wanted(facts, Map.of());
        if (withWorkloadApi) {
            eachContainer(spec, this::addWorkloadApi);
        }
        List<Node> first = new ArrayList<>(
                initContainers(facts, withWorkloadApi).stream().map(Nodes::of).toList());
        first.addAll(Nodes.elements(spec, "initContainers"));
        Nodes.put(spec, "initContainers", first);
        List<Node> volumes = new ArrayList<>(Nodes.elements(spec, "volumes"));
        volumes.addAll(volumes(facts, withWorkloadApi).stream().map(Nodes::of).toList());
        Nodes.put(spec, "volumes", volumes);
    }

    /** The pod's sidecar is told by this annotation; its init container already knows. */
    private static void sayStrict(MappingNode pod) {
        MappingNode annotations = Nodes.within(Nodes.within(pod, "metadata"), "annotations");
        Nodes.set(annotations, Annotation.INBOUND, Nodes.of(Inbound.STRICT.word()));
    }

    private static void remove(MappingNode of, String list, Predicate<String> ours) {
        List<Node> others = Nodes.elements(of, list).stream()
                .filter(element -> Nodes.text(element, "name").filter(ours).isEmpty())
                .toList();
        Nodes.put(of, list, others);
    }

    private void addWorkloadApi(MappingNode container) {
        if (!workloadApi.leaves(
                texts(container, WorkloadApiTemplate.ENV, "name"),
                texts(container, WorkloadApiTemplate.MOUNTS, "mountPath"))) {
            for (String list : WorkloadApiTemplate.LISTS) {
                List<Node> all = new ArrayList<>(Nodes.elements(container, list));
                Trees.list(workloadApi.application(), list).forEach(member -> all.add(Nodes.of(member)));
                Nodes.put(container, list, all);
            }
        }
    }

    private static void removeWorkloadApi(MappingNode spec, WorkloadApiTemplate workloadApi) {
        eachContainer(spec, container -> {
            if (texts(container, WorkloadApiTemplate.MOUNTS, "name").contains(workloadApi.volume())) {
                remove(container, WorkloadApiTemplate.ENV, workloadApi.variable()::equals);
                remove(container, WorkloadApiTemplate.MOUNTS, workloadApi.volume()::equals);
            }
        });
        remove(spec, "volumes", workloadApi.volume()::equals);
    }

    private static void eachContainer(MappingNode spec, Consumer<MappingNode> change) {
        for (String list : List.of("initContainers", "containers")) {
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

    private static Result each(String text, Change change) throws InvalidManifestException, InvalidPodException {
        StringBuilder written = new StringBuilder();
        List<String> remarks = new ArrayList<>();
        int changed = 0;
        for (String document : YamlText.documents(text)) {
            int before = changed;
            Optional<Node> root = YamlText.read(document);
            for (PodPlace pod : root.map(PodPlace::in).orElse(List.of())) {
                int had = pod.initContainers();
                remarks.add(pod.name() + " " + said(pod, change));
                changed += pod.initContainers() == had ? 0 : 1;
            }
            written.append(written.isEmpty() ? "" : "---\n");
            written.append(changed == before ? ended(document) : written(document, root.orElseThrow()));
        }
        return new Result(written.toString(), remarks, changed);
    }

    /**
     * Writes a document in its original format. JSON stays JSON, because kubectl parses a text that begins with a brace
     * as JSON only.
     */
    private static String written(String document, Node root) {
        return YamlText.write(document.stripLeading().startsWith("{") ? Nodes.json(root) : root);
    }

    private static String said(PodPlace pod, Change change) throws InvalidPodException {
        try {
            return change.apply(pod);
        } catch (InvalidPodException e) {
            throw new InvalidPodException(pod.name() + ": " + e.getMessage());
        }
    }

    private static String ended(String document) {
        return document.endsWith("\n") ? document : document + "\n";
    }
}
