package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Pods of a Kubernetes that does not label them have the zone of their node. */
final class NodeZonesTest {

    private static final Pod WEB = on("one", "web-1", "10.1.0.1");

    private final MeshAssembly mesh = new MeshAssembly(TrustDomain.parse("cluster.local"));

    private static Pod on(String node, String name, String address) {
        return Pods.meshed("shop", name, address)
                .editSpec()
                .withNodeName(node)
                .endSpec()
                .build();
    }

    private static Pod labelled(Pod pod, String zone) {
        return Pods.labelled(new PodBuilder(pod), Workload.ZONE_LABEL, zone).build();
    }

    private void pod(Pod pod) {
        mesh.apply(new ApiEvent(WatchedKind.POD, pod, false));
    }

    private void node(String name, Map<String, String> labels) {
        node(name, labels, false);
    }

    private void node(String name, Map<String, String> labels, boolean gone) {
        Node node = new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .build();
        mesh.apply(new ApiEvent(WatchedKind.NODE, node, gone));
    }

    private static Map<String, String> zone(String zone) {
        return Map.of(Workload.ZONE_LABEL, zone);
    }

    private Workload workload(String name) {
        return Objects.requireNonNull(mesh.snapshot().workloads().get(new ObjectName("shop", name)));
    }

    @Test
    void itDoesNotMatterWhichIsReportedFirst() {
        node("one", zone("east"));
        pod(WEB);
        pod(on("two", "web-2", "10.1.0.2"));
        assertThat(workload("web-1").zone()).isEqualTo("east");
        assertThat(workload("web-2").zone()).isEmpty();
        node("two", zone("west"));
        assertThat(workload("web-2").zone()).isEqualTo("west");
        assertThat(workload("web-1").labels())
                .as("Services and policies select as before")
                .doesNotContainKey(Workload.ZONE_LABEL);
    }

    @Test
    void aLabelOfThePodTakesPrecedence() {
        node("one", zone("east"));
        pod(labelled(WEB, "north"));
        assertThat(workload("web-1").zone()).isEqualTo("north");
        node("one", zone("west"));
        assertThat(workload("web-1").zone()).isEqualTo("north");
        pod(WEB);
        assertThat(workload("web-1").zone()).isEqualTo("west");
    }

    @Test
    void aPodHasTheZoneOfTheNodeThatItIsScheduledTo() {
        node("one", zone("east"));
        pod(on("", "web-1", "10.1.0.1"));
        assertThat(workload("web-1").zone()).isEmpty();
        pod(WEB);
        assertThat(workload("web-1").zone()).isEqualTo("east");
        pod(on("two", "web-1", "10.1.0.1"));
        node("one", zone("west"));
        assertThat(workload("web-1").zone()).isEmpty();
    }

    @Test
    void onlyAChangeOfTheZoneChangesAnything() {
        node("one", zone("east"));
        pod(WEB);
        Snapshot before = mesh.snapshot();
        node("one", Map.of(Workload.ZONE_LABEL, "east", "kubernetes.io/arch", "amd64"));
        node("two", zone("west"));
        assertThat(mesh.snapshot().workloads()).isSameAs(before.workloads());
        node("one", Map.of("kubernetes.io/arch", "amd64"));
        assertThat(workload("web-1").zone()).isEmpty();
        node("one", zone("east"));
        node("one", zone("east"), true);
        assertThat(workload("web-1").zone()).isEmpty();
    }

    @Test
    void aPodThatIsGoneStaysGone() {
        node("one", zone("east"));
        pod(WEB);
        mesh.apply(new ApiEvent(WatchedKind.POD, WEB, true));
        node("one", zone("west"));
        assertThat(mesh.snapshot().workloads()).isEmpty();
        assertThat(mesh.errors()).isEmpty();
    }

    @Test
    void anIdentityThatHasEndedDoesNotComeBack() {
        pod(WEB);
        mesh.accountsListed();
        assertThat(workload("web-1").identityEnded()).isTrue();
        node("one", zone("east"));
        assertThat(workload("web-1").zone()).isEqualTo("east");
        assertThat(workload("web-1").identityEnded()).isTrue();
    }
}
