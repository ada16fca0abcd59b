package dev.weft.kubernetes.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.inject.Samples;
import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class InstallRecordTest {

    private static final InstallSettings SETTINGS = settings("1.0.0", InjectionMethod.V1BETA1);

    private static InstallSettings settings(String version, InjectionMethod admission) {
        return new InstallSettings(
                Samples.settings(),
                admission,
                version,
                Duration.ofHours(2),
                Optional.empty(),
                true,
                5,
                PeeringService.NONE,
                ControlPod.USUAL);
    }

    /** As the cluster has it after an install. */
    private static Map<String, String> data(String manifests) {
        Map<String, Object> map = YamlText.trees(manifests).getLast();
        assertThat(map).containsEntry("kind", "ConfigMap");
        assertThat(Trees.map(map, "metadata")).containsEntry("name", "weft-install");
        return Trees.map(map, "data").entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> String.valueOf(entry.getValue())));
    }

    private static InstallRecord installed() {
        return InstallRecord.read(data(Manifests.install(SETTINGS)));
    }

    @Test
    void saysHowTheInstallationWasMadeAndOfWhat() {
        InstallRecord record = installed();
        assertThat(record.settings()).isEqualTo(SETTINGS);
        assertThat(record.objects())
                .hasToString(YamlText.trees(Manifests.install(SETTINGS)).stream()
                        .map(ObjectName::of)
                        .toList()
                        .toString());
        assertThat(record.former()).isEmpty();
    }

    @Test
    void anUpgradeHasNoIssuerNorState() {
        String upgrade = Manifests.upgrade(installed(), settings("1.1.0", InjectionMethod.V1BETA1));
        assertThat(YamlText.trees(upgrade))
                .noneMatch(object -> "Secret".equals(object.get("kind")))
                .anyMatch(object -> "Deployment".equals(object.get("kind")));
        assertThat(InstallRecord.read(data(upgrade)).settings().version()).isEqualTo("1.1.0");
    }

    /** The kinds come before all that is about them. */
    @Test
    void anUpgradeBeginsWithTheNamespaceAndTheKinds() {
        List<Object> kinds = YamlText.trees(Manifests.upgrade(installed(), SETTINGS)).stream()
                .map(object -> object.get("kind"))
                .toList();
        int last = kinds.lastIndexOf("CustomResourceDefinition");
        assertThat(kinds.subList(0, last + 1)).containsOnly("Namespace", "CustomResourceDefinition");
    }

    @Test
    void namesWhatANewVersionHasNoMoreUntilItIsThereAgain() {
        InstallSettings without = settings("1.1.0", InjectionMethod.NONE);
        assertThat(Manifests.gone(installed(), without))
                .extracting(ObjectName::toString)
                .containsExactly(
                        "v1 Service weft-system/weft-webhook",
                        "rbac.authorization.k8s.io/v1 ClusterRole weft-webhook",
                        "rbac.authorization.k8s.io/v1 ClusterRoleBinding weft-webhook",
                        "admissionregistration.k8s.io/v1beta1 MutatingAdmissionPolicy weft-injection",
                        "admissionregistration.k8s.io/v1beta1 MutatingAdmissionPolicyBinding weft-injection");

        InstallRecord after = InstallRecord.read(data(Manifests.upgrade(installed(), without)));
        assertThat(after.former()).hasSize(5);
        assertThat(Manifests.gone(after, without)).hasSize(5);
        assertThat(Manifests.deletion(after.former()))
                .startsWith("apiVersion: admissionregistration.k8s.io/v1beta1\nkind: MutatingAdmissionPolicyBinding\n")
                .doesNotContain("spec");

        assertThat(Manifests.gone(after, settings("1.1.0", InjectionMethod.V1))).isEmpty();
    }

    /** The same object is read and written in every version of the API that has it. */
    @Test
    void anotherVersionOfTheApiIsNoOtherObject() {
        assertThat(Manifests.gone(installed(), settings("1.1.0", InjectionMethod.V1)))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(InjectionMethod.class)
    void anUninstallHasTheWebhooksConfigurationOnceWhateverTheRecordKnows(InjectionMethod admission) {
        InstallRecord record = InstallRecord.read(data(Manifests.install(settings("1.0.0", admission))));
        List<Object> kinds = YamlText.trees(Manifests.uninstall(record, List.of(), false)).stream()
                .map(object -> object.get("kind"))
                .toList();
        assertThat(kinds).containsOnlyOnce("MutatingWebhookConfiguration").doesNotContain("CustomResourceDefinition");
        assertThat(kinds.indexOf("MutatingWebhookConfiguration")).isLessThan(kinds.indexOf("Deployment"));
    }

    @ParameterizedTest
    @EnumSource(InjectionMethod.class)
    void knowsWhatInjectsByEveryOtherWay(InjectionMethod admission) {
        List<ObjectName> names = Manifests.names(settings("1.0.0", admission));
        List<ObjectName> injectors =
                names.stream().filter(Injectors.others(List.of())::contains).toList();
        assertThat(injectors)
                .isEqualTo(names.stream()
                        .filter(object -> object.name().equals("weft-injection"))
                        .toList());
        assertThat(Injectors.others(names))
                .noneMatch(other -> injectors.stream().anyMatch(other::isSame));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "version | | version: not there",
                "image | we!ft | image: we!ft",
                "admission | v9 | admission: v9 is not known to this version",
                "replicas | 99 | replicas: 99 (expected: 1-15)",
                "peering | Nowhere | peering: Nowhere is not known to this version",
                "replicas | many | replicas: many (expected: a number)",
                "leaf-lifetime | 2h | leaf-lifetime: 2h (expected: a number and s)",
                "objects | Deployment | object: Deployment (expected:",
                "former | v1 Pod a/b/c | object: v1 Pod a/b/c (expected:",
                "objects | v1 Namespace shop | objects: v1 Namespace shop is no object of Weft",
                "former | v1 Namespace weft-shop | is no object of Weft",
                "former | v1 Node weft-1 | is no object of Weft",
                "former | apps/v1 Deployment shop/weft-control | is no object of Weft",
                "former | apps/v1 Deployment shop/weft-system | is no object of Weft",
                "former | rbac.authorization.k8s.io/v1 ClusterRole cluster-admin | is no object of Weft",
                "former | apiextensions.k8s.io/v1 CustomResourceDefinition things.example.com | is no object of Weft",
                "former | apiextensions.k8s.io/v1 CustomResourceDefinition things.notweft.dev | is no object of Weft"
            })
    void refusesWhatNoInstallationWrites(String member, String value, String why) {
        Map<String, String> data = new HashMap<>(data(Manifests.install(SETTINGS)));
        if (value == null) {
            data.remove(member);
        } else {
            data.put(member, value);
        }
        assertThatThrownBy(() -> InstallRecord.read(data))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void refusesAListWithoutAnEnd() {
        Map<String, String> data = new HashMap<>(data(Manifests.install(SETTINGS)));
        data.put("former", "v1 Pod a/b\n".repeat(1001));
        assertThatThrownBy(() -> InstallRecord.read(data)).hasMessageContaining("at most 1000");
    }

    @Test
    void goesOnFromAnInstallationOfBeforeThereWasPeering() {
        Map<String, String> data = new HashMap<>(data(Manifests.install(SETTINGS)));
        data.remove("peering");
        assertThat(InstallRecord.read(data).settings().peering()).isEqualTo(PeeringService.NONE);
    }

    @ParameterizedTest
    @EnumSource(PeeringService.class)
    void saysHowOthersReachTheControlPlane(PeeringService peering) {
        InstallSettings settings = new InstallSettings(
                Samples.settings(),
                InjectionMethod.NONE,
                "1.0.0",
                Duration.ofHours(2),
                Optional.empty(),
                false,
                3,
                peering,
                ControlPod.USUAL);
        String manifests = Manifests.install(settings);
        assertThat(InstallRecord.read(data(manifests)).settings()).isEqualTo(settings);
        List<Object> types = YamlText.trees(manifests).stream()
                .filter(object -> ObjectName.of(object).name().equals("weft-peering"))
                .map(object -> Trees.map(object, "spec").get("type"))
                .toList();
        assertThat(types).isEqualTo(peering == PeeringService.NONE ? List.of() : List.of(peering.word()));
    }

    @Test
    void aMemberOfALaterVersionIsLeftOut() {
        Map<String, String> data = new HashMap<>(data(Manifests.install(SETTINGS)));
        data.put("something-new", "yes");
        assertThat(InstallRecord.read(data)).isEqualTo(installed());
    }

    @ParameterizedTest
    @CsvSource({
        "0.1.0, 0.1.0, ''",
        "0.1.0, 0.1.1, ''",
        "0.1.0, 0.2.0, ''",
        "0.1.9, 0.2, ''",
        "0.1.0-SNAPSHOT, 0.1.0, ''",
        "0.1.0-dev.g1, 0.1.0-dev.g0, ''",
        "0.1.0, 0.1.0-dev.g0, is older than what is installed",
        "0.1.1, 0.1.0, is older than what is installed",
        "0.2.0, 0.1.9, is older than what is installed",
        "1.0.0, 0.9.0, is older than what is installed",
        "0.1.0, 0.3.0, is 2 minor versions",
        "0.9.0, 1.0.0, is more than one minor version"
    })
    void oneMinorVersionAtATimeAndNeverBack(String from, String to, String why) {
        assertThat(VersionStep.of(from, to).refusal().orElse("")).contains(why);
        assertThat(VersionStep.of(from, to).refusal().isEmpty()).isEqualTo(why.isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"''", "latest", "1", "1.2.3.4", "1.9999999.0"})
    void refusesWhatIsNoVersion(String text) {
        assertThatThrownBy(() -> VersionStep.of(text, "1.0.0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: a version such as 1.2.3");
    }
}
