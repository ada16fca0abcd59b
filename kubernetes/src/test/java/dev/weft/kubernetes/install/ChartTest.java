package dev.weft.kubernetes.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.inject.Inbound;
import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.inject.InjectionSettings;
import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The Helm chart gives what {@code weft install} prints. */
final class ChartTest {

    private static final Path FOLDER = Path.of("../deploy/helm/weft");
    private static final Pattern BLOCK =
            Pattern.compile("(?ms)^\\{\\{- if ([^\n]*) \\}\\}\n(.*?)^\\{\\{- end \\}\\}\n");
    private static final Pattern VALUE = Pattern.compile("\\.Values\\.(\\w+)");

    private static String version() throws IOException {
        Matcher version = Pattern.compile("<version>(.*?)</version>").matcher(Files.readString(Path.of("../pom.xml")));
        assertThat(version.find()).isTrue();
        return version.group(1);
    }

    /** {@link Goldens} says how the files are written. */
    @Test
    void isMadeFromTheManifests() throws IOException {
        Goldens.check(FOLDER, new Chart(version()).files());
    }

    @ParameterizedTest
    @EnumSource(InjectionMethod.class)
    void givesTheObjectsOfAnInstallation(InjectionMethod admission) throws IOException {
        for (Inbound inbound : Inbound.values()) {
            for (boolean follow : List.of(true, false)) {
                PeeringService peering = follow ? PeeringService.NODE_PORT : PeeringService.NONE;
                InjectionSettings injection = new InjectionSettings(
                        "registry.example/weft:2", "Always", TrustDomain.parse("east.example"), "k8s.example", inbound);
                InstallSettings settings = new InstallSettings(
                        injection,
                        admission,
                        "1.0",
                        Duration.ofHours(1),
                        Optional.empty(),
                        follow,
                        5,
                        peering,
                        ControlPod.USUAL);
                List<Map<String, Object>> expected = Manifests.made(settings, CustomResources.trees());
                assertThat(rendered(settings))
                        .as("%s, %s", admission, inbound)
                        .containsExactlyInAnyOrderElementsOf(expected.subList(1, expected.size()));
            }
        }
    }

    /** The templates with values in the place of expressions; nothing else is in them than what is replaced here. */
    private static List<Map<String, Object>> rendered(InstallSettings settings) throws IOException {
        StringBuilder all = new StringBuilder();
        for (Map.Entry<String, String> file : new Chart(version()).files().entrySet()) {
            if (file.getKey().matches("templates/.*\\.yaml")) {
                all.append(file.getValue());
            }
        }
        String text = chosen(all.toString().replace(Chart.GUARD, ""), settings)
                .replace(Chart.IMAGE, settings.injection().image())
                .replace(Chart.PULL_POLICY, settings.injection().pullPolicy())
                .replace(Chart.TRUST_DOMAIN, settings.injection().trustDomain().name())
                .replace(Chart.CLUSTER_DOMAIN, settings.injection().clusterDomain())
                .replace(Chart.LEAF_LIFETIME, settings.leafLifetime().toSeconds() + "s")
                .replace(Chart.REPLICAS, String.valueOf(settings.replicas()))
                .replace(Chart.PEERING, settings.peering().word())
                .replace(Chart.VERSION, settings.version())
                .replace(Chart.ISSUER_FLAG, settings.followIssuer() ? "--issuer-dir" : "--first-issuer-dir")
                .replace(Chart.RESOURCES, "{requests: {cpu: 100m, memory: 192Mi}, limits: {memory: 512Mi}}")
                .replace(Chart.NODE_SELECTOR, "{}")
                .replace(Chart.TOLERATIONS, "[]")
                .replace(Chart.PULL_SECRETS, "[]")
                .replace(Chart.PRIORITY_CLASS, settings.pod().priorityClass());
        assertThat(text).doesNotContain("{{", ".Values", "weft.mark");
        return YamlText.trees(text).stream().map(ChartTest::asInstalled).toList();
    }

    private static String chosen(String templates, InstallSettings settings) {
        String admission = "eq .Values.admission \"" + Chart.word(settings.admission()) + "\"";
        Set<String> true_ = Set.of(
                ".Values.kinds",
                settings.pod().priorityClass().isEmpty() ? "" : ".Values.priorityClassName",
                settings.peering() == PeeringService.NONE ? "" : "ne .Values.peering \"none\"",
                admission,
                "and (" + admission + ") (eq .Values.inbound \""
                        + settings.injection().inbound().word() + "\")");
        return BLOCK.matcher(templates)
                .replaceAll(block -> Matcher.quoteReplacement(true_.contains(block.group(1)) ? block.group(2) : ""));
    }

    /** Without what is Helm's alone. */
    private static Map<String, Object> asInstalled(Map<String, Object> object) {
        Map<String, Object> copy = new LinkedHashMap<>(object);
        Map<String, Object> metadata = new LinkedHashMap<>(Trees.map(object, "metadata"));
        Map<String, Object> labels = new LinkedHashMap<>(Trees.map(metadata, "labels"));
        assertThat(labels.put("app.kubernetes.io/managed-by", "weft")).isEqualTo("Helm");
        metadata.put("labels", labels);
        if ("CustomResourceDefinition".equals(object.get("kind"))) {
            assertThat(metadata.remove("annotations")).isEqualTo(Map.of("helm.sh/resource-policy", "keep"));
        }
        copy.put("metadata", metadata);
        if ("Deployment".equals(object.get("kind"))) {
            Map<String, Object> spec = Trees.map(copy, "spec");
            Map<String, Object> template = Trees.map(spec, "template");
            Map<String, Object> pod = Trees.map(template, "spec");
            assertThat(pod.remove("nodeSelector")).isEqualTo(Map.of());
            assertThat(pod.remove("tolerations")).isEqualTo(List.of());
            assertThat(pod.remove("imagePullSecrets")).isEqualTo(List.of());
            template.put("spec", pod);
            spec.put("template", template);
            copy.put("spec", spec);
        }
        return copy;
    }

    @Test
    void everyValueIsUsedAndDescribedAndHasTheDefaultOfAnInstallation() throws IOException {
        Map<String, String> files = new Chart(version()).files();
        Map<String, Object> values =
                YamlText.trees(String.valueOf(files.get("values.yaml"))).getFirst();
        Set<String> used = files.entrySet().stream()
                .filter(file -> file.getKey().startsWith("templates/"))
                .flatMap(file -> VALUE.matcher(file.getValue()).results())
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(values.keySet()).containsExactlyInAnyOrderElementsOf(used);
        // JSON is YAML.
        Map<String, Object> schema =
                YamlText.trees(String.valueOf(files.get("values.schema.json"))).getFirst();
        assertThat(schema).containsEntry("additionalProperties", false);
        List<String> described = new ArrayList<>(Trees.map(schema, "properties").keySet());
        described.remove("global");
        assertThat(described).containsExactlyInAnyOrderElementsOf(used);

        assertThat(values)
                .containsEntry("replicas", InstallSettings.USUAL_REPLICAS)
                .containsEntry("trustDomain", "cluster.local")
                .containsEntry("clusterDomain", InjectionSettings.USUAL_CLUSTER_DOMAIN)
                .containsEntry("imagePullPolicy", "IfNotPresent")
                .containsEntry("admission", Chart.word(InjectionMethod.WEBHOOK))
                .containsEntry("inbound", Inbound.PERMISSIVE.word())
                .containsEntry("leafLifetime", Duration.ofDays(1).toSeconds() + "s")
                .containsEntry("peering", PeeringService.NONE.word())
                .containsEntry("followIssuer", false)
                .containsEntry("priorityClassName", ControlPod.USUAL.priorityClass());
        Map<String, Object> deployment = YamlText.resource(Manifests.class, "control-plane.yaml").stream()
                .filter(object -> "Deployment".equals(object.get("kind")))
                .findFirst()
                .orElseThrow();
        Map<String, Object> pod = Trees.map(Trees.map(Trees.map(deployment, "spec"), "template"), "spec");
        Map<String, Object> container =
                Trees.asMap(Trees.list(pod, "containers").getFirst(), "container");
        assertThat(values.get("resources")).isEqualTo(container.get("resources"));
    }
}
