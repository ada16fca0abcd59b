package dev.weft.kubernetes.install;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.inject.Samples;
import dev.weft.kubernetes.manifest.YamlText;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What users of a namespace get: with {@code view}, {@code edit} or {@code admin}, and by a binding. */
final class NamespaceRolesTest {

    private static final String AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-";
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    private static Map<String, ClusterRole> roles() {
        InstallSettings settings = UsualSettings.of(
                Samples.settings(), InjectionMethod.WEBHOOK, "1.0", Duration.ofHours(24), Optional.empty(), false);
        return YamlText.trees(Manifests.install(settings)).stream()
                .filter(object -> "ClusterRole".equals(object.get("kind")))
                .map(object -> SERIALIZATION.unmarshal(SERIALIZATION.asJson(object), ClusterRole.class))
                .collect(Collectors.toMap(
                        role -> role.getMetadata().getName(), role -> role, (one, _) -> one, TreeMap::new));
    }

    private static boolean isAggregated(ClusterRole role) {
        return Optional.ofNullable(role.getMetadata().getLabels()).orElse(Map.of()).keySet().stream()
                .anyMatch(label -> label.startsWith(AGGREGATE));
    }

    @Test
    void whatIsGivenToEverybodyOnlyReads() {
        assertThat(roles().values())
                .filteredOn(NamespaceRolesTest::isAggregated)
                .singleElement()
                .satisfies(role -> assertThat(role.getMetadata().getName()).isEqualTo("weft-policies-view"))
                .satisfies(role -> assertThat(role.getRules()).allSatisfy(rule -> {
                    assertThat(rule.getApiGroups()).containsExactly("weft.dev");
                    assertThat(rule.getVerbs()).containsExactlyInAnyOrder("get", "list", "watch");
                }));
    }

    @Test
    void whoeverIsBoundWritesAuthorizationPoliciesAndRateLimitsAlone() {
        ClusterRole edit = requireNonNull(roles().get("weft-policies-edit"));
        assertThat(edit.getRules()).singleElement().satisfies(rule -> {
            assertThat(rule.getApiGroups()).containsExactly("weft.dev");
            assertThat(rule.getResources()).containsExactlyInAnyOrder("authorizationpolicies", "ratelimits");
        });
    }
}
