package dev.weft.cli.check.platform;

import dev.weft.cli.check.Report;
import dev.weft.cli.check.Report.Line;
import dev.weft.cli.check.Verdict;
import dev.weft.cli.cluster.Kubectl;
import dev.weft.cli.cluster.KubectlResult;
import dev.weft.cli.screen.Human;
import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.install.IssuerSecret;
import dev.weft.kubernetes.install.Manifests;
import dev.weft.kubernetes.install.ObjectName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Checks whether Weft can be installed in a cluster, and how. */
public final class PlatformChecks {

    /** The names of the sections in {@code docs/check.md}, in the order of printing. */
    public static final List<String> NAMES =
            List.of("api-server", "admission", "permissions", "nodes", "installed", "other-meshes");

    /** The oldest minor version of Kubernetes: in it, native sidecars are stable. */
    private static final int OLDEST_MINOR = 33;

    private static final String UNREACHED = "nothing else can be asked";
    private static final Pattern VERSION = Pattern.compile("v?(\\d+)\\.(\\d+).*");
    private static final Set<String> ARCHITECTURES = Set.of("amd64", "arm64");

    private final CachedKubectl cluster;

    private PlatformChecks(CachedKubectl cluster) {
        this.cluster = cluster;
    }

    /**
     * Asks the cluster, and runs the checks.
     *
     * @throws IOException if kubectl cannot be run
     */
    public static Report of(Kubectl kubectl) throws IOException {
        PlatformChecks checks = new PlatformChecks(new CachedKubectl(kubectl));
        List<Line> lines = new ArrayList<>();
        Verdict server = checks.apiServer();
        lines.add(Report.line(NAMES.getFirst(), server));
        if (!server.about().contains(UNREACHED)) {
            List<Verdict> verdicts = List.of(
                    checks.admission(), checks.permissions(), checks.nodes(), checks.installed(), checks.otherMeshes());
            for (int i = 0; i < verdicts.size(); i++) {
                lines.add(Report.line(NAMES.get(i + 1), verdicts.get(i)));
            }
        }
        return Report.of(kubectl.context().orElse("cluster"), lines);
    }

    private Verdict apiServer() throws IOException {
        CachedKubectl.Answer answer = cluster.json("version", "-o", "json");
        Optional<String> version = answer.json()
                .map(json -> json.path("serverVersion").path("gitVersion").asString(""))
                .filter(text -> !text.isEmpty());
        if (version.isEmpty()) {
            return Verdict.failed(
                    "it cannot be reached: " + answer.complaint(),
                    "see 'kubectl cluster-info'; --context and --kubeconfig say which cluster is meant",
                    List.of(UNREACHED));
        }
        return old(version.get())
                ? Verdict.failed(
                        "it is of version " + version.get() + " (expected: 1." + OLDEST_MINOR + " or later)",
                        "upgrade it: sidecars are init containers that keep running, which older ones do not have",
                        List.of())
                : Verdict.ok("version " + version.get());
    }

    private static boolean old(String version) {
        Matcher matcher = VERSION.matcher(version);
        return !matcher.matches()
                || (matcher.group(1).equals("1") && Integer.parseInt(matcher.group(2)) < OLDEST_MINOR);
    }

    private Verdict admission() throws IOException {
        return ServedAdmission.policy(cluster)
                .map(ServedAdmission::word)
                .map(version -> Verdict.ok("MutatingAdmissionPolicy " + version + ": 'weft install --admission "
                        + version + "' has the API server inject pods"))
                .orElseGet(() -> Verdict.ok("no MutatingAdmissionPolicy: 'weft install --admission webhook' has the"
                        + " control plane inject pods"));
    }

    private Verdict permissions() throws IOException {
        List<String> missing = new ArrayList<>();
        for (List<String> created : created()) {
            List<String> question = new ArrayList<>(List.of("auth", "can-i", "create"));
            question.addAll(created);
            KubectlResult result = cluster.ask(question.toArray(String[]::new));
            if (!result.out().strip().startsWith("yes")) {
                missing.add("create " + String.join(" ", created));
            }
        }
        return Verdict.failureOf(
                missing,
                "this user may create all that 'weft install' needs",
                "this user may not create all that 'weft install' needs",
                "install as an administrator of the cluster");
    }

    /** Returns the kinds that {@code weft install} creates by default, as arguments of kubectl. */
    private static Set<List<String>> created() {
        List<ObjectName> objects = new ArrayList<>(Manifests.names(InjectionMethod.WEBHOOK));
        objects.add(IssuerSecret.name());
        Set<List<String>> created = new LinkedHashSet<>();
        for (ObjectName object : objects) {
            String resource = plural(object.kind()) + (object.group().isEmpty() ? "" : "." + object.group());
            created.add(
                    object.namespace().isEmpty()
                            ? List.of(resource)
                            : List.of(resource, "--namespace", object.namespace()));
        }
        return created;
    }

    private static String plural(String kind) {
        String word = kind.toLowerCase(Locale.ROOT);
        return word.endsWith("y") ? word.substring(0, word.length() - 1) + "ies" : word + "s";
    }

    private Verdict nodes() throws IOException {
        CachedKubectl.Answer answer = cluster.json("get", "nodes", "-o", "json");
        if (answer.json().isEmpty()) {
            return Verdict.unknown("the nodes cannot be listed: " + answer.complaint());
        }
        List<JsonNode> nodes = answer.json().get().path("items").valueStream().toList();
        if (nodes.isEmpty()) {
            return Verdict.warning(
                    "the cluster has no node, so the control plane cannot run", "add a node first", List.of());
        }
        List<String> about =
                nodes.stream().flatMap(node -> remarks(node).stream()).toList();
        return about.isEmpty()
                ? Verdict.ok(Human.count(nodes.size(), "node") + ", where sidecars can run")
                : Verdict.warning(
                        "sidecars cannot run on some of the nodes",
                        "keep pods of the mesh off them, by labels or taints, or upgrade them",
                        about);
    }

    private static List<String> remarks(JsonNode node) {
        JsonNode info = node.path("status").path("nodeInfo");
        String name = node.path("metadata").path("name").asString("?");
        List<String> remarks = new ArrayList<>();
        String kubelet = info.path("kubeletVersion").asString("");
        if (old(kubelet)) {
            remarks.add(name + ": kubelet " + kubelet + " (expected: 1." + OLDEST_MINOR + " or later)");
        }
        if (!info.path("operatingSystem").asString("").equals("linux")) {
            remarks.add(name + ": " + info.path("operatingSystem").asString("?") + " (expected: linux)");
        }
        if (!ARCHITECTURES.contains(info.path("architecture").asString(""))) {
            remarks.add(
                    name + ": architecture " + info.path("architecture").asString("?") + " (expected: amd64 or arm64)");
        }
        return remarks;
    }

    private Verdict installed() throws IOException {
        CachedKubectl.Answer answer = cluster.object("deployment", "weft-control", "weft-system");
        if (answer.json().isEmpty()) {
            return Verdict.unknown("it is not known whether Weft is installed: " + answer.complaint());
        }
        JsonNode deployment = answer.json().get();
        if (deployment.path("metadata").isMissingNode()) {
            return Verdict.ok("Weft is not installed yet");
        }
        String version = deployment
                .path("metadata")
                .path("labels")
                .path("app.kubernetes.io/version")
                .asString("of an unknown version");
        return Verdict.ok("Weft " + version + " is installed: 'weft upgrade' brings it to another version");
    }

    private Verdict otherMeshes() throws IOException {
        CachedKubectl.Answer answer = cluster.json("get", "mutatingwebhookconfigurations", "-o", "json");
        if (answer.json().isEmpty()) {
            return Verdict.unknown("webhooks cannot be listed: " + answer.complaint());
        }
        Set<String> found = answer.json()
                .get()
                .path("items")
                .valueStream()
                .map(each -> each.path("metadata").path("name").asString(""))
                .filter(name -> name.contains("istio") || name.contains("linkerd") || name.contains("kuma"))
                .collect(Collectors.toCollection(TreeSet::new));
        return found.isEmpty()
                ? Verdict.ok("no other mesh injects pods")
                : Verdict.warning(
                        "another mesh injects pods here",
                        "label each namespace for only one mesh: two sidecars would take each other's connections",
                        List.copyOf(found));
    }
}
