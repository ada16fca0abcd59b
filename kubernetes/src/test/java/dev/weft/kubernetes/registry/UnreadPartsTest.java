package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.model.Workload;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class UnreadPartsTest {

    @Test
    void theMeshLosesNothingAndTheLargePartsAreGone() {
        Pod whole = large();
        Pod slim = new PodBuilder(whole).build();
        UnreadParts.removeFrom(slim);

        assertThat(PodMapping.map(slim)).isEqualTo(PodMapping.map(large()));
        KubernetesSerialization json = new KubernetesSerialization();
        assertThat(json.asJson(whole)).contains("LARGE");
        assertThat(json.asJson(slim)).doesNotContain("LARGE");
    }

    @Test
    void takesAnObjectWithoutAnyPart() {
        Pod bare = new PodBuilder()
                .withNewMetadata()
                .withName("bare")
                .endMetadata()
                .build();
        UnreadParts.removeFrom(bare);
        assertThat(bare.getMetadata().getName()).isEqualTo("bare");
    }

    @Test
    void ofANodeOnlyItsNameAndZoneStay() {
        Node node = new NodeBuilder()
                .withNewMetadata()
                .withName("one")
                .withUid("uid-1")
                .withResourceVersion("7")
                .withLabels(Map.of(Workload.ZONE_LABEL, "east", "LARGE", "LARGE"))
                .withFinalizers("LARGE")
                .withAnnotations(Map.of("LARGE", "LARGE"))
                .endMetadata()
                .withNewSpec()
                .withProviderID("LARGE")
                .endSpec()
                .withNewStatus()
                .addNewImage()
                .withNames("LARGE")
                .endImage()
                .endStatus()
                .build();
        UnreadParts.removeFrom(node);
        assertThat(new KubernetesSerialization().asJson(node))
                .contains("one", "uid-1", "7", "east")
                .doesNotContain("LARGE");
    }

    private static Pod large() {
        ManagedFieldsEntry managed = new ManagedFieldsEntry();
        managed.setManager("LARGE");
        return Pods.meshed("shop", "web-1", "10.1.0.1")
                .editMetadata()
                .withManagedFields(managed)
                .withLabels(Map.of("app", "web"))
                .addToAnnotations("weft.dev/udp-ports", "53")
                .addToAnnotations("kubectl.kubernetes.io/last-applied-configuration", "LARGE")
                .endMetadata()
                .editSpec()
                .addNewVolume()
                .withName("LARGE")
                .endVolume()
                .editFirstContainer()
                .withCommand("LARGE")
                .withArgs("LARGE")
                .withEnv(new EnvVar("LARGE", "LARGE", null))
                .addNewVolumeMount()
                .withName("LARGE")
                .endVolumeMount()
                .addNewPort()
                .withName("http")
                .withContainerPort(8080)
                .endPort()
                .withNewReadinessProbe()
                .withNewHttpGet()
                .withPath("/ready")
                .withPort(new IntOrString("http"))
                .endHttpGet()
                .endReadinessProbe()
                .endContainer()
                .editMatchingInitContainer(container -> "weft-proxy".equals(container.getName()))
                .withEnv(List.of(new EnvVar("LARGE", "LARGE", null)))
                .endInitContainer()
                .endSpec()
                .build();
    }
}
