package dev.weft.kubernetes.install;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.inject.Samples;
import dev.weft.kubernetes.manifest.YamlText;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What everybody gets who has {@code view}, {@code edit} or {@code admin} in a namespace. */
final class NamespaceRolesTest {

    private static final String AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-";
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    private static Map<String, ClusterRole> aggregated() {
        InstallSettings settings = new InstallSettings(
                Samples.settings(), InjectionMethod.WEBHOOK, "1.0", Duration.ofHours(24), Optional.empty(), false);
        return YamlText.trees(Manifests.install(settings)).stream()
                .filter(object -> "ClusterRole".equals(object.get("kind")))
                .map(object -> SERIALIZATION.unmarshal(SERIALIZATION.asJson(object), ClusterRole.class))
                .filter(role -> !targets(role).isEmpty())
                .collect(Collectors.toMap(
                        role -> role.getMetadata().getName(), role -> role, (one, _) -> one, TreeMap::new));
    }

    private static Set<String> targets(ClusterRole role) {
        Map<String, String> labels =
                Optional.ofNullable(role.getMetadata().getLabels()).orElse(Map.of());
        return labels.keySet().stream()
                .filter(label -> label.startsWith(AGGREGATE))
                .map(label -> label.substring(AGGREGATE.length()))
                .collect(Collectors.toSet());
    }

    @Test
    void editorsWriteTheirAuthorizationPoliciesAndRateLimitsAlone() {
        Map<String, ClusterRole> roles = aggregated();
        assertThat(roles).containsOnlyKeys("weft-policies-edit", "weft-policies-view");
        ClusterRole edit = requireNonNull(roles.get("weft-policies-edit"));
        assertThat(targets(edit)).containsExactlyInAnyOrder("edit", "admin");
        assertThat(edit.getRules()).singleElement().satisfies(rule -> {
            assertThat(rule.getApiGroups()).containsExactly("weft.dev");
            assertThat(rule.getResources()).containsExactlyInAnyOrder("authorizationpolicies", "ratelimits");
        });
    }

    @Test
    void viewersWriteNothing() {
        assertThat(requireNonNull(aggregated().get("weft-policies-view")).getRules())
                .allSatisfy(rule -> assertThat(rule.getVerbs()).containsExactlyInAnyOrder("get", "list", "watch"))
                .extracting(PolicyRule::getApiGroups)
                .allSatisfy(groups -> assertThat(groups).containsExactly("weft.dev"));
    }
}
