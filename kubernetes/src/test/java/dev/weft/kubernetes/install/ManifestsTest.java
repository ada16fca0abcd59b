package dev.weft.kubernetes.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.kubernetes.inject.Inbound;
import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.inject.InjectionSettings;
import dev.weft.kubernetes.inject.Samples;
import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ManifestsTest {

    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
    private static final IssuerSecret ISSUER = new IssuerSecret("CERTIFICATE\n", "KEY\n", "ANCHOR\n");

    private static final List<Map<String, Object>> KINDS = List.of(Trees.of(
            "apiVersion",
            "apiextensions.k8s.io/v1",
            "kind",
            "CustomResourceDefinition",
            "metadata",
            Trees.of("name", "things.weft.dev")));

    private static InstallSettings settings(InjectionMethod version) {
        return UsualSettings.of(Samples.settings(), version, "1.0", Duration.ofHours(24), Optional.of(ISSUER), false);
    }

    private static InstallSettings ofReplicas(int replicas) {
        return new InstallSettings(
                Samples.settings(),
                InjectionMethod.NONE,
                "1.0",
                Duration.ofHours(24),
                Optional.empty(),
                false,
                replicas,
                PeeringService.NONE,
                ControlPod.USUAL);
    }

    private static List<Map<String, Object>> objects(InjectionMethod version) {
        return Manifests.objects(settings(version), KINDS);
    }

    @Test
    void asksForAsManyReplicasAsAreWanted() {
        assertThat(replicas(ofReplicas(1))).isEqualTo(1);
        assertThat(replicas(settings(InjectionMethod.NONE))).isEqualTo(InstallSettings.USUAL_REPLICAS);
        for (int wrong : new int[] {0, -1, 16}) {
            assertThatThrownBy(() -> ofReplicas(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("replicas: " + wrong);
        }
    }

    @ParameterizedTest
    @EnumSource(InjectionMethod.class)
    void theControlPlaneIsToldWhichCallersPodsAccept(InjectionMethod version) {
        for (Inbound inbound : Inbound.values()) {
            assertThat(deployment(settings(inbound, version)))
                    .containsOnlyOnce("name: WEFT_INBOUND\n          value: " + inbound.word() + "\n");
        }
    }

    /** The record of every earlier version has the value. */
    @Test
    void anUpgradeKeepsWhichCallersPodsAccept() {
        InstallSettings strict = settings(Inbound.STRICT, InjectionMethod.NONE);
        Map<String, Object> record = YamlText.trees(Manifests.install(strict)).getLast();
        InstallRecord former = InstallRecord.read(Trees.map(record, "data").entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> String.valueOf(entry.getValue()))));
        assertThat(Manifests.upgrade(former, former.settings()))
                .contains("name: WEFT_INBOUND\n          value: strict\n");
    }

    private static InstallSettings settings(Inbound inbound, InjectionMethod version) {
        InjectionSettings usual = Samples.settings();
        return UsualSettings.of(
                new InjectionSettings(
                        usual.image(), usual.pullPolicy(), usual.trustDomain(), usual.clusterDomain(), inbound),
                version,
                "1.0",
                Duration.ofHours(24),
                Optional.empty(),
                false);
    }

    private static String deployment(InstallSettings settings) {
        return YamlText.write(Manifests.objects(settings, KINDS).stream()
                .filter(object -> "Deployment".equals(object.get("kind")))
                .toList());
    }

    private static Object replicas(InstallSettings settings) {
        return Manifests.objects(settings, KINDS).stream()
                .filter(object -> "Deployment".equals(object.get("kind")))
                .map(object -> Objects.requireNonNull(Trees.map(object, "spec").get("replicas"), "replicas"))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(InjectionMethod.class)
    void everyObjectHasTheLabelsAndAnOrderInWhichItCanBeApplied(InjectionMethod version) {
        List<Map<String, Object>> objects = objects(version);
        assertThat(objects.getFirst()).containsEntry("kind", "Namespace");
        assertThat(objects)
                .allSatisfy(object -> assertThat(Trees.map(Trees.map(object, "metadata"), "labels"))
                        .containsEntry("app.kubernetes.io/part-of", "weft")
                        .containsEntry("app.kubernetes.io/managed-by", "weft")
                        .containsEntry("app.kubernetes.io/version", "1.0"));
    }

    @Test
    void asksForThePolicyInTheVersionThatIsWanted() {
        assertThat(apiVersions(InjectionMethod.V1))
                .containsEntry("MutatingAdmissionPolicy", "admissionregistration.k8s.io/v1");
        assertThat(apiVersions(InjectionMethod.V1BETA1))
                .containsEntry("MutatingAdmissionPolicyBinding", "admissionregistration.k8s.io/v1beta1")
                .containsEntry("ValidatingAdmissionPolicy", "admissionregistration.k8s.io/v1");
        assertThat(apiVersions(InjectionMethod.NONE))
                .doesNotContainKey("MutatingAdmissionPolicy")
                .containsKey("ValidatingAdmissionPolicy");
    }

    private static Map<Object, Object> apiVersions(InjectionMethod version) {
        return objects(version).stream()
                .collect(Collectors.toMap(
                        object -> object.get("kind"), object -> object.get("apiVersion"), (a, b) -> b));
    }

    /** A member that the library's models do not know is most often misspelt. */
    @ParameterizedTest
    @EnumSource(InjectionMethod.class)
    void everyMemberIsOneOfItsKind(InjectionMethod version) throws Exception {
        for (Map<String, Object> object : objects(version)) {
            HasMetadata model = SERIALIZATION.unmarshal(YamlText.write(List.of(object)), HasMetadata.class);
            assertThat(model.getClass().getSimpleName()).isEqualTo(object.get("kind"));
            assertThat(UnknownMembers.of(model)).as(object.toString()).isEmpty();
        }
    }

    @Test
    void theControlPlaneMayNothingInGeneral() {
        ClusterRole role = objects(InjectionMethod.NONE).stream()
                .filter(object -> "ClusterRole".equals(object.get("kind")))
                .map(object -> SERIALIZATION.unmarshal(YamlText.write(List.of(object)), ClusterRole.class))
                .findFirst()
                .orElseThrow();
        for (PolicyRule rule : role.getRules()) {
            assertThat(rule.getVerbs()).doesNotContain("*");
            assertThat(rule.getResources()).doesNotContain("*", "secrets");
            assertThat(rule.getApiGroups()).doesNotContain("*");
            if (rule.getResources().contains("configmaps") && !rule.getVerbs().equals(List.of("create"))) {
                assertThat(rule.getResourceNames()).containsExactly("weft-trust");
            }
        }
    }

    /** Of what it only follows it reads no single object, and a status it only writes. */
    @Test
    void theControlPlaneMayNoMoreThanItDoes() {
        List<PolicyRule> rules = objects(InjectionMethod.NONE).stream()
                .filter(object -> "ClusterRole".equals(object.get("kind")))
                .map(object -> SERIALIZATION.unmarshal(YamlText.write(List.of(object)), ClusterRole.class))
                .findFirst()
                .orElseThrow()
                .getRules();
        for (PolicyRule rule : rules) {
            for (String resource : rule.getResources()) {
                if (resource.endsWith("/status")) {
                    assertThat(rule.getVerbs()).as(resource).containsExactly("update");
                }
                if (List.of("services", "workloads", "referencegrants", "podcertificaterequests")
                        .contains(resource)) {
                    assertThat(rule.getVerbs()).as(resource).containsExactly("list", "watch");
                }
            }
        }
    }

    @Test
    void replicasThatCrashKeepNoNodeFromBeingDrained() {
        assertThat(objects(InjectionMethod.NONE))
                .filteredOn(object -> "PodDisruptionBudget".equals(object.get("kind")))
                .singleElement()
                .satisfies(budget -> assertThat(Trees.map(budget, "spec"))
                        .containsEntry("unhealthyPodEvictionPolicy", "AlwaysAllow"));
    }

    @Test
    void keepsTheIssuerOfTheClusterWhereNoneIsGiven() {
        InstallSettings keeping = UsualSettings.of(
                Samples.settings(), InjectionMethod.V1, "1.0", Duration.ofHours(24), Optional.empty(), false);
        assertThat(Manifests.objects(keeping, KINDS)).noneMatch(object -> "Secret".equals(object.get("kind")));
    }

    @Test
    void followsAnIssuerThatSomebodyElseKeepsOnlyWhenTold() {
        InstallSettings following = UsualSettings.of(
                Samples.settings(), InjectionMethod.V1, "1.0", Duration.ofHours(24), Optional.empty(), true);
        assertThat(Manifests.install(following)).contains("--issuer-dir").doesNotContain("--first-issuer-dir");
        assertThat(Manifests.install(settings(InjectionMethod.V1)))
                .contains("--first-issuer-dir")
                .doesNotContain("--issuer-dir\"");
    }

    @Test
    void deletesWhatItInstalledLastFirstAndTheKindsOnlyWhenTold() {
        List<Map<String, Object>> deleted =
                YamlText.trees(Manifests.uninstall(InjectionMethod.V1BETA1, List.of(), false));
        // It would keep pods from being made while nothing serves it.
        assertThat(deleted.getFirst()).containsEntry("kind", "MutatingWebhookConfiguration");
        assertThat(deleted.get(1)).containsEntry("kind", "ConfigMap");
        assertThat(deleted.get(2)).containsEntry("kind", "ValidatingAdmissionPolicyBinding");
        assertThat(deleted.getLast()).containsEntry("kind", "Namespace");
        assertThat(deleted).noneMatch(object -> "CustomResourceDefinition".equals(object.get("kind")));
        assertThat(deleted).hasSize(objects(InjectionMethod.V1BETA1).size() - KINDS.size());
        assertThat(deleted).allMatch(object -> !object.containsKey("spec"));
    }

    @Test
    void uninstallsTheWebhookOnceAndBeforeWhatServesIt() {
        List<Object> kinds = YamlText.trees(Manifests.uninstall(InjectionMethod.WEBHOOK, List.of(), false)).stream()
                .map(object -> object.get("kind"))
                .toList();
        assertThat(kinds).containsOnlyOnce("MutatingWebhookConfiguration");
        assertThat(kinds.indexOf("MutatingWebhookConfiguration")).isLessThan(kinds.indexOf("Deployment"));
    }

    @ParameterizedTest
    @EnumSource(InjectionMethod.class)
    void servesTheWebhookWhereverAnInstallCouldHaveLeftItsConfiguration(InjectionMethod version) {
        Map<Object, Object> kinds = apiVersions(version);
        String deployment = YamlText.write(objects(version).stream()
                .filter(object -> "Deployment".equals(object.get("kind")))
                .toList());
        assertThat(kinds.containsKey("MutatingWebhookConfiguration")).isEqualTo(version == InjectionMethod.WEBHOOK);
        assertThat(deployment.contains("name: WEFT_WEBHOOK_LISTEN")).isEqualTo(version != InjectionMethod.NONE);
        assertThat(deployment.contains("containerPort: 15017")).isEqualTo(version != InjectionMethod.NONE);
        assertThat(objects(version).stream()
                        .anyMatch(object -> "weft-webhook"
                                .equals(Trees.map(object, "metadata").get("name"))))
                .isEqualTo(version != InjectionMethod.NONE);
    }

    @Test
    void theControlPlaneMayChangeNoWebhookButItsOwn() {
        ClusterRole role = objects(InjectionMethod.WEBHOOK).stream()
                .filter(object -> "ClusterRole".equals(object.get("kind")))
                .map(object -> SERIALIZATION.unmarshal(YamlText.write(List.of(object)), ClusterRole.class))
                .filter(each -> each.getMetadata().getName().equals("weft-webhook"))
                .findFirst()
                .orElseThrow();
        assertThat(role.getRules()).singleElement().satisfies(rule -> {
            assertThat(rule.getResources()).containsExactly("mutatingwebhookconfigurations");
            assertThat(rule.getResourceNames()).containsExactly("weft-injection");
            assertThat(rule.getVerbs()).containsExactly("get", "list", "watch", "patch");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT59S", "P7DT1S"})
    void refusesALifetimeThatTheControlPlaneDoesNotTake(String lifetime) {
        assertThatThrownBy(() -> UsualSettings.of(
                        Samples.settings(),
                        InjectionMethod.V1,
                        "1.0",
                        Duration.parse(lifetime),
                        Optional.empty(),
                        false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: 1m to 7d)");
    }

    @Test
    void theSecretIsNotInItsText() {
        assertThat(settings(InjectionMethod.V1).toString()).doesNotContain("KEY");
    }
}
