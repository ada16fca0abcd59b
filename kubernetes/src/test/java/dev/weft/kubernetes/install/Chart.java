package dev.weft.kubernetes.install;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.inject.Inbound;
import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.inject.InjectionSettings;
import dev.weft.kubernetes.inject.Samples;
import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Helm chart, made from the objects of {@code weft install}: they are rendered with a mark in the place of each setting, and
 * the marks become expressions. What depends on a setting of a few words is rendered for each word, between {@code if} and
 * {@code end}.
 */
final class Chart {

    static final String IMAGE = "{{ .Values.image | default (printf \"weft:%s\" .Chart.AppVersion) }}";
    static final String PULL_POLICY = "{{ .Values.imagePullPolicy }}";
    static final String TRUST_DOMAIN = "{{ .Values.trustDomain }}";
    static final String CLUSTER_DOMAIN = "{{ .Values.clusterDomain }}";
    static final String LEAF_LIFETIME = "{{ .Values.leafLifetime }}";
    static final String REPLICAS = "{{ .Values.replicas }}";
    static final String VERSION = "{{ .Chart.AppVersion }}";
    static final String ISSUER_FLAG = "{{ if .Values.followIssuer }}--issuer-dir{{ else }}--first-issuer-dir{{ end }}";
    static final String PEERING = "{{ .Values.peering }}";
    static final String RESOURCES = "{{ toJson .Values.resources }}";
    static final String NODE_SELECTOR = "{{ toJson .Values.nodeSelector }}";
    static final String TOLERATIONS = "{{ toJson .Values.tolerations }}";
    static final String PULL_SECRETS = "{{ toJson .Values.imagePullSecrets }}";
    static final String PRIORITY_CLASS = "{{ .Values.priorityClassName }}";

    /** The namespace's name is part of the identity of the control plane, so there is no other. */
    static final String GUARD = """
        {{- if ne .Release.Namespace "weft-system" }}{{ fail "install Weft into the namespace weft-system: helm install weft … -n weft-system" }}{{ end }}
        """;

    static final String MADE = "# Made from what 'weft install' prints; not to be changed here.\n";

    private static final int MARKED_REPLICAS = 13;
    private static final Duration MARKED_LIFETIME = Duration.ofSeconds(77777);
    private static final Pattern LONE = Pattern.compile("(?m)^(\\s*(?:- |[\\w./-]+: ))\"?(weft\\.mark[\\w./:-]*)\"?$");

    private final String version;

    Chart(String version) {
        this.version = version;
    }

    /** Its files, by their paths within it. */
    Map<String, String> files() {
        Map<String, String> files = new TreeMap<>();
        for (String name : List.of("Chart.yaml", "values.yaml", "values.schema.json", "README.md")) {
            files.put(name, resource(name));
        }
        files.put("templates/NOTES.txt", resource("NOTES.txt"));
        files.put(
                "templates/kinds.yaml",
                MADE
                        + when(
                                ".Values.kinds",
                                template(kinds().stream().map(this::kept).toList())));
        files.put("templates/weft.yaml", MADE + GUARD + template(everywhere()));
        files.put("templates/priority.yaml", MADE + when(".Values.priorityClassName", template(priority())));
        files.put("templates/peering.yaml", MADE + when("ne .Values.peering \"none\"", template(peering())));
        for (InjectionMethod admission : InjectionMethod.values()) {
            String text = only(admission);
            if (!text.isEmpty()) {
                files.put("templates/admission-" + word(admission) + ".yaml", MADE + text);
            }
        }
        return files;
    }

    private String resource(String name) {
        return Samples.text(Chart.class, "chart/" + name)
                .replace("@version@", version)
                .replace("@admissions@", words(", "))
                .replace("@admissions-json@", "\"" + words("\", \"") + "\"");
    }

    private static String words(String between) {
        return Stream.of(InjectionMethod.values()).map(Chart::word).collect(Collectors.joining(between));
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static List<Map<String, Object>> kinds() {
        return CustomResources.trees().stream()
                .map(kind -> Manifests.made(settings(InjectionMethod.NONE, Inbound.PERMISSIVE), List.of(kind))
                        .get(1))
                .toList();
    }

    /** Helm leaves the kinds when the chart is uninstalled, and with them every policy. */
    private Map<String, Object> kept(Map<String, Object> kind) {
        Map<String, Object> metadata = new LinkedHashMap<>(Trees.map(kind, "metadata"));
        metadata.put("annotations", Trees.of("helm.sh/resource-policy", "keep"));
        Map<String, Object> copy = new LinkedHashMap<>(kind);
        copy.put("metadata", metadata);
        return copy;
    }

    /** All but the namespace, which Helm makes, and the kinds. */
    private static List<Map<String, Object>> objects(InjectionMethod admission, Inbound inbound) {
        List<Map<String, Object>> objects = Manifests.made(settings(admission, inbound), List.of());
        return objects.subList(1, objects.size());
    }

    /** What is there only where others outside of the cluster reach the control plane. */
    private static List<Map<String, Object>> peering() {
        List<Map<String, Object>> objects = new ArrayList<>(Manifests.made(
                settings(InjectionMethod.NONE, Inbound.PERMISSIVE, PeeringService.LOAD_BALANCER), List.of()));
        objects.removeAll(Manifests.made(settings(InjectionMethod.NONE, Inbound.PERMISSIVE), List.of()));
        return objects;
    }

    /** What is there only where the control plane's pods have a priority class. */
    private static List<Map<String, Object>> priority() {
        return objects(InjectionMethod.NONE, Inbound.PERMISSIVE).stream()
                .filter(Chart::isOfPriority)
                .toList();
    }

    private static boolean isOfPriority(Map<String, Object> object) {
        return "ResourceQuota".equals(object.get("kind"));
    }

    private static InstallSettings settings(InjectionMethod admission, Inbound inbound) {
        return settings(admission, inbound, PeeringService.NONE);
    }

    private static InstallSettings settings(InjectionMethod admission, Inbound inbound, PeeringService peering) {
        InjectionSettings injection = new InjectionSettings(
                "weft.mark/image", "Never", TrustDomain.parse("weft.mark.trust"), "weft.mark.cluster", inbound);
        return new InstallSettings(
                injection,
                admission,
                "weft.mark.version",
                MARKED_LIFETIME,
                Optional.empty(),
                false,
                MARKED_REPLICAS,
                peering,
                new ControlPod(ControlPod.USUAL.memory(), "", "weft.mark.priority"));
    }

    private static List<Map<String, Object>> everywhere() {
        List<Map<String, Object>> common = new ArrayList<>(objects(InjectionMethod.NONE, Inbound.PERMISSIVE));
        common.removeIf(Chart::isOfPriority);
        for (InjectionMethod admission : InjectionMethod.values()) {
            for (Inbound inbound : Inbound.values()) {
                common.retainAll(objects(admission, inbound));
            }
        }
        return common;
    }

    private String only(InjectionMethod admission) {
        String ofThis = "eq .Values.admission \"" + word(admission) + "\"";
        List<Map<String, Object>> permissive = rest(admission, Inbound.PERMISSIVE);
        List<Map<String, Object>> strict = rest(admission, Inbound.STRICT);
        List<Map<String, Object>> both = new ArrayList<>(permissive);
        both.retainAll(strict);
        StringBuilder text = new StringBuilder(when(ofThis, template(both)));
        for (Inbound inbound : Inbound.values()) {
            List<Map<String, Object>> one = rest(admission, inbound);
            one.removeAll(both);
            text.append(when("and (" + ofThis + ") (eq .Values.inbound \"" + inbound.word() + "\")", template(one)));
        }
        return text.toString();
    }

    private static List<Map<String, Object>> rest(InjectionMethod admission, Inbound inbound) {
        List<Map<String, Object>> rest = new ArrayList<>(objects(admission, inbound));
        rest.removeAll(everywhere());
        rest.removeIf(Chart::isOfPriority);
        return rest;
    }

    private static String when(String condition, String template) {
        return template.isEmpty() ? "" : "{{- if " + condition + " }}\n" + template + "{{- end }}\n";
    }

    /** Documents, each after a line that divides. */
    private static String template(List<Map<String, Object>> objects) {
        return objects.stream()
                .map(object -> "---\n" + expressions(YamlText.write(List.of(opened(object)))))
                .collect(Collectors.joining());
    }

    /** The Deployment, with what only the chart can say. */
    private static Map<String, Object> opened(Map<String, Object> object) {
        if (!"Deployment".equals(object.get("kind"))) {
            return object;
        }
        Map<String, Object> copy = new LinkedHashMap<>(object);
        Map<String, Object> spec = new LinkedHashMap<>(Trees.map(copy, "spec"));
        Map<String, Object> template = new LinkedHashMap<>(Trees.map(spec, "template"));
        Map<String, Object> pod = new LinkedHashMap<>(Trees.map(template, "spec"));
        Map<String, Object> container =
                new LinkedHashMap<>(Trees.asMap(Trees.list(pod, "containers").getFirst(), "container"));
        container.put("resources", "weft.mark.resources");
        pod.put("containers", List.of(container));
        pod.put("nodeSelector", "weft.mark.node-selector");
        pod.put("tolerations", "weft.mark.tolerations");
        pod.put("imagePullSecrets", "weft.mark.pull-secrets");
        template.put("spec", pod);
        spec.put("template", template);
        copy.put("spec", spec);
        return copy;
    }

    private static String expressions(String yaml) {
        if (yaml.contains("{{") || yaml.contains("}}\n{{")) {
            throw new IllegalStateException("Helm would take this for an expression: " + yaml);
        }
        Matcher lone = LONE.matcher(yaml);
        StringBuilder text = new StringBuilder();
        while (lone.find()) {
            lone.appendReplacement(text, Matcher.quoteReplacement(lone.group(1) + whole(lone.group(2))));
        }
        return lone.appendTail(text)
                .toString()
                .replace("weft.mark/image", IMAGE)
                .replace("weft.mark.trust", TRUST_DOMAIN)
                .replace("weft.mark.cluster", CLUSTER_DOMAIN)
                .replace(MARKED_LIFETIME.toSeconds() + "s", LEAF_LIFETIME)
                .replace("imagePullPolicy: Never", "imagePullPolicy: " + PULL_POLICY)
                .replace("imagePullPolicy: \"Never\"", "imagePullPolicy: \"" + PULL_POLICY + "\"")
                .replaceAll(
                        "(_PULL_POLICY\"?\n +value: )\"?Never\"?",
                        "$1" + Matcher.quoteReplacement('"' + PULL_POLICY + '"'))
                .replace("type: LoadBalancer", "type: " + PEERING)
                .replace("replicas: " + MARKED_REPLICAS, "replicas: " + REPLICAS)
                .replace("--first-issuer-dir", ISSUER_FLAG)
                .replace("app.kubernetes.io/managed-by: weft", "app.kubernetes.io/managed-by: Helm");
    }

    /** A mark that is all of a value: in quotes, as it may look like a number, unless it is no text. */
    private static String whole(String mark) {
        return switch (mark) {
            case "weft.mark.resources" -> RESOURCES;
            case "weft.mark.node-selector" -> NODE_SELECTOR;
            case "weft.mark.tolerations" -> TOLERATIONS;
            case "weft.mark.pull-secrets" -> PULL_SECRETS;
            case "weft.mark.priority" -> "\"" + PRIORITY_CLASS + "\"";
            case "weft.mark.version" -> "\"" + VERSION + "\"";
            default -> "\"" + mark + "\"";
        };
    }
}
