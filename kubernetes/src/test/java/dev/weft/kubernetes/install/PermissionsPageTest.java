package dev.weft.kubernetes.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.inject.Samples;
import dev.weft.kubernetes.manifest.YamlText;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** docs/kubernetes.md says what the control plane may do, and why: of each rule, and of no other. */
final class PermissionsPageTest {

    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    @ParameterizedTest
    @CsvSource({
        "ClusterRole, weft-control",
        "ClusterRole, weft-webhook",
        "Role, weft-control",
        "ClusterRole, weft-policies-view",
        "ClusterRole, weft-policies-edit"
    })
    void hasARowForEachRuleAndNoOther(String kind, String name) throws Exception {
        assertThat(rows(kind + " `" + name + "`"))
                .containsExactlyInAnyOrderElementsOf(
                        rules(kind, name).stream().map(PermissionsPageTest::row).toList());
    }

    /** The first two cells of a table's rows. */
    private static List<String> rows(String title) throws Exception {
        List<String> lines = Files.readAllLines(Path.of("../docs/kubernetes.md"));
        int start = lines.stream()
                .filter(line -> line.startsWith(title))
                .mapToInt(lines::indexOf)
                .min()
                .orElseThrow();
        return lines.stream()
                .skip(start + 4L) // the title, an empty line, and the table's head
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> {
                    String[] cells = line.split(" \\| ", 3);
                    return cells[0].substring(2) + " | " + cells[1];
                })
                .toList();
    }

    private static String row(PolicyRule rule) {
        assertThat(rule.getApiGroups()).hasSize(1);
        String group = rule.getApiGroups().getFirst();
        return String.join(", ", rule.getResources())
                + (group.isEmpty() ? "" : " (`" + group + "`)")
                + (rule.getResourceNames().isEmpty()
                        ? ""
                        : " named `" + String.join(", ", rule.getResourceNames()) + "`")
                + " | "
                + String.join(", ", rule.getVerbs());
    }

    private static List<PolicyRule> rules(String kind, String name) {
        InstallSettings settings = UsualSettings.of(
                Samples.settings(), InjectionMethod.WEBHOOK, "1.0", Duration.ofHours(24), Optional.empty(), false);
        return YamlText.trees(Manifests.install(settings)).stream()
                .filter(object -> kind.equals(object.get("kind")))
                .filter(object ->
                        object.get("metadata") instanceof Map<?, ?> metadata && name.equals(metadata.get("name")))
                .map(object -> (List<?>) Objects.requireNonNull(object.get("rules"), "rules"))
                .flatMap(rules -> rules.stream())
                .map(rule -> SERIALIZATION.unmarshal(SERIALIZATION.asJson(rule), PolicyRule.class))
                .toList();
    }
}
