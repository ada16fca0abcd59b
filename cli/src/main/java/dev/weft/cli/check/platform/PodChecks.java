package dev.weft.cli.check.platform;

import dev.weft.cli.check.Report;
import dev.weft.cli.check.Report.Line;
import dev.weft.cli.check.Verdict;
import dev.weft.cli.cluster.Kubectl;
import dev.weft.kubernetes.inject.MissingSidecar;
import dev.weft.kubernetes.registry.NamespaceMapping;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Finds objects of a cluster that keep pods out of the mesh, or from becoming ready in it. */
public final class PodChecks {

    /** The names of the sections in {@code docs/check.md}, in the order of printing. */
    public static final List<String> NAMES =
            List.of("injection", "missing-sidecars", "probes", "pod-security", "annotations", "network-policies");

    private static final int TUNNELS = 15008;

    private static final String ENFORCED = "pod-security.kubernetes.io/enforce";
    private static final Set<String> REFUSING = Set.of("baseline", "restricted");

    private final CachedKubectl cluster;

    private PodChecks(CachedKubectl cluster) {
        this.cluster = cluster;
    }

    /**
     * Asks the cluster, and runs the checks.
     *
     * @throws IOException if kubectl cannot be run
     */
    public static List<Line> of(Kubectl kubectl) throws IOException {
        PodChecks checks = new PodChecks(new CachedKubectl(kubectl));
        return List.of(
                Report.line(NAMES.getFirst(), InjectionChecks.injection(checks.cluster)),
                Report.line(NAMES.get(1), checks.missingSidecars()),
                Report.line(NAMES.get(2), ProbeChecks.probes(checks.cluster)),
                Report.line(NAMES.get(3), checks.podSecurity()),
                Report.line(NAMES.get(4), checks.annotations()),
                Report.line(NAMES.getLast(), checks.networkPolicies()));
    }

    private Verdict missingSidecars() throws IOException {
        CachedKubectl.Answer namespaces = cluster.json("get", "namespaces", "-o", "json");
        CachedKubectl.Answer pods = cluster.list("pods");
        if (namespaces.json().isEmpty() || pods.json().isEmpty()) {
            return Verdict.unknown("pods cannot be listed: " + complaint(namespaces, pods));
        }
        Set<String> ofMesh = items(namespaces.json().get())
                .filter(namespace -> MissingSidecar.asked(texts(namespace, "labels")))
                .map(PodChecks::name)
                .collect(Collectors.toSet());
        List<String> missing = items(pods.json().get())
                .filter(PodChecks::runs)
                .filter(pod -> MissingSidecar.of(
                        namespace(pod),
                        ofMesh.contains(namespace(pod)),
                        texts(pod, "labels"),
                        texts(pod, "annotations"),
                        pod.path("spec").path("hostNetwork").asBoolean(false),
                        initContainers(pod)))
                .map(pod -> namespace(pod) + "/" + name(pod))
                .sorted()
                .toList();
        return missing.isEmpty()
                ? Verdict.ok("every pod that should have a sidecar has one")
                : Verdict.failed(
                        "pods run without the sidecar that they should have: they were created while nothing injected"
                                + " sidecars",
                        "create them again: 'kubectl rollout restart', or delete the pods that have no controller",
                        missing);
    }

    private static String complaint(CachedKubectl.Answer... answers) {
        return Stream.of(answers)
                .map(CachedKubectl.Answer::complaint)
                .filter(complaint -> !complaint.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private static boolean runs(JsonNode pod) {
        String phase = pod.path("status").path("phase").asString("");
        return !phase.equals("Succeeded") && !phase.equals("Failed");
    }

    /** A namespace that has pods with sidecars is not reported: the API server may exempt it, which is not seen here. */
    private Verdict podSecurity() throws IOException {
        CachedKubectl.Answer namespaces = cluster.json("get", "namespaces", "-o", "json");
        CachedKubectl.Answer pods = cluster.list("pods");
        if (namespaces.json().isEmpty() || pods.json().isEmpty()) {
            return Verdict.unknown("namespaces cannot be listed: " + complaint(namespaces, pods));
        }
        Set<String> withSidecars = items(pods.json().get())
                .filter(pod -> MissingSidecar.meshed(initContainers(pod)))
                .map(PodChecks::namespace)
                .collect(Collectors.toSet());
        List<String> refusing = items(namespaces.json().get())
                .filter(namespace -> MissingSidecar.asked(texts(namespace, "labels")))
                .filter(namespace ->
                        REFUSING.contains(texts(namespace, "labels").getOrDefault(ENFORCED, "")))
                .filter(namespace -> !withSidecars.contains(name(namespace)))
                .map(namespace -> name(namespace) + " enforces "
                        + texts(namespace, "labels").get(ENFORCED))
                .sorted()
                .toList();
        return refusing.isEmpty()
                ? Verdict.ok("no namespace of the mesh enforces a Pod Security level that refuses sidecars")
                : Verdict.failed(
                        "namespaces enforce a Pod Security level that refuses pods with a sidecar, because weft-init"
                                + " has NET_ADMIN",
                        "change the label " + ENFORCED + " to privileged, and keep the level for warn and audit",
                        refusing);
    }

    /** Such an annotation is older than the policy that refuses it. */
    private Verdict annotations() throws IOException {
        CachedKubectl.Answer namespaces = cluster.json("get", "namespaces", "-o", "json");
        if (namespaces.json().isEmpty()) {
            return Verdict.unknown("namespaces cannot be listed: " + namespaces.complaint());
        }
        List<String> problems = items(namespaces.json().get())
                .flatMap(namespace ->
                        NamespaceMapping.problems(name(namespace), texts(namespace, "annotations")).stream()
                                .map(problem -> name(namespace) + ": " + problem))
                .sorted()
                .toList();
        return problems.isEmpty()
                ? Verdict.ok("every annotation of a namespace has a meaning")
                : Verdict.failed(
                        "annotations of namespaces have no meaning, and are not in force",
                        "correct them: 'kubectl annotate --overwrite namespace NAME KEY=VALUE'",
                        problems);
    }

    private Verdict networkPolicies() throws IOException {
        CachedKubectl.Answer policies = cluster.list("networkpolicies.networking.k8s.io");
        CachedKubectl.Answer pods = cluster.list("pods");
        if (policies.json().isEmpty() || pods.json().isEmpty()) {
            return Verdict.unknown("network policies cannot be listed: " + complaint(policies, pods));
        }
        List<JsonNode> meshed = items(pods.json().get())
                .filter(pod -> MissingSidecar.meshed(initContainers(pod)))
                .toList();
        List<String> closed = items(policies.json().get())
                .filter(policy -> meshed.stream().anyMatch(pod -> selects(policy, pod)))
                .filter(PodChecks::closesTunnels)
                .map(policy ->
                        namespace(policy) + "/" + name(policy) + " opens ports of pods of the mesh, but not " + TUNNELS)
                .sorted()
                .toList();
        return closed.isEmpty()
                ? Verdict.ok("no network policy keeps tunnels from pods of the mesh")
                : Verdict.failed(
                        "network policies let calls in by the application's port, but sidecars come in by port "
                                + TUNNELS,
                        "add port " + TUNNELS + "/TCP beside the application's in their ingress rules",
                        closed);
    }

    /** Whether the policy admits some ports from somewhere, but port 15008 from nowhere. */
    private static boolean closesTunnels(JsonNode policy) {
        List<JsonNode> rules = policy.path("spec").path("ingress").valueStream().toList();
        return !rules.isEmpty()
                && rules.stream().noneMatch(rule -> {
                    JsonNode ports = rule.path("ports");
                    return ports.isEmpty() || ports.valueStream().anyMatch(PodChecks::opensTunnels);
                });
    }

    private static boolean opensTunnels(JsonNode port) {
        if (!port.path("protocol").asString("TCP").equals("TCP")) {
            return false;
        }
        JsonNode number = port.path("port");
        if (number.isMissingNode()) {
            return true;
        }
        int first = number.asInt(0);
        int last = port.path("endPort").asInt(first);
        return first <= TUNNELS && TUNNELS <= last;
    }

    private static boolean selects(JsonNode policy, JsonNode pod) {
        JsonNode selector = policy.path("spec").path("podSelector");
        Map<String, String> labels = texts(pod, "labels");
        return namespace(policy).equals(namespace(pod))
                && selector.path("matchLabels")
                        .propertyStream()
                        .allMatch(wanted -> wanted.getValue().asString("").equals(labels.get(wanted.getKey())))
                && selector.path("matchExpressions").valueStream().allMatch(wanted -> holds(wanted, labels));
    }

    private static boolean holds(JsonNode wanted, Map<String, String> labels) {
        String key = wanted.path("key").asString("");
        Set<String> values = wanted.path("values")
                .valueStream()
                .map(value -> value.asString(""))
                .collect(Collectors.toSet());
        String value = labels.get(key);
        return switch (wanted.path("operator").asString("")) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
        };
    }

    private static Stream<JsonNode> items(JsonNode list) {
        return list.path("items").valueStream();
    }

    private static String name(JsonNode object) {
        return object.path("metadata").path("name").asString("");
    }

    private static String namespace(JsonNode object) {
        return object.path("metadata").path("namespace").asString("");
    }

    private static Map<String, String> texts(JsonNode object, String member) {
        Map<String, String> texts = new TreeMap<>();
        object.path("metadata")
                .path(member)
                .propertyStream()
                .forEach(each -> texts.put(each.getKey(), each.getValue().asString("")));
        return texts;
    }

    private static List<String> initContainers(JsonNode pod) {
        return pod.path("spec")
                .path("initContainers")
                .valueStream()
                .map(container -> container.path("name").asString(""))
                .toList();
    }
}
