package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Endpoint;
import dev.weft.control.compile.MeshCompiler;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.IpPort;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Pods of a Kubernetes that does not label them have the zone of their node. */
final class NodeZonesTest {

    private static final TrustDomain MESH = TrustDomain.parse("cluster.local");
    private static final Pod WEB = on("one", "web-1", "10.1.0.1");

    private final MeshAssembly mesh = new MeshAssembly(MESH, InboundMode.PERMISSIVE);

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
        mesh.apply(new ApiEvent(WatchedKind.NODE, made(name, labels), gone));
    }

    private static Node made(String name, Map<String, String> labels) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .build();
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
    }

    @Test
    void thePodsOfADeletedNodeKeepItsZoneUntilTheyGo() {
        node("one", zone("east"));
        pod(WEB);
        Pod second = on("one", "web-2", "10.1.0.2");
        pod(second);
        Snapshot before = mesh.snapshot();
        node("one", zone("east"), true);
        assertThat(mesh.snapshot().workloads()).isSameAs(before.workloads());
        mesh.apply(new ApiEvent(WatchedKind.POD, WEB, true));
        pod(labelled(second, ""));
        pod(second);
        assertThat(workload("web-2").zone()).as("no pod needed it any more").isEmpty();
    }

    @Test
    void aNodeOfTheNameOfADeletedOneHasItsOwnZone() {
        node("one", zone("east"));
        pod(WEB);
        node("one", zone("east"), true);
        pod(Pods.labelled(new PodBuilder(WEB), "app", "web").build());
        assertThat(workload("web-1").zone()).isEqualTo("east");
        node("one", zone("west"));
        assertThat(workload("web-1").zone()).isEqualTo("west");
        mesh.apply(new ApiEvent(WatchedKind.POD, WEB, true));
        pod(WEB);
        assertThat(workload("web-1").zone()).isEqualTo("west");
    }

    @Test
    void callersAreToldTheZonesOfEndpointsAndTheirChanges() {
        MeshCompiler compiler = new MeshCompiler(MESH);
        node("one", zone("east"));
        pod(labelledApp(WEB));
        pod(labelledApp(on("two", "web-2", "10.1.0.2")));
        mesh.apply(new ApiEvent(WatchedKind.SERVICE, preferringItsZone(), false));
        assertThat(told(compiler)).containsExactly("east", "");
        node("two", zone("west"));
        assertThat(told(compiler)).containsExactly("east", "west");
        node("one", Map.of());
        assertThat(told(compiler)).containsExactly("", "west");
    }

    private List<String> told(MeshCompiler compiler) {
        return compiler
                .compile(mesh.snapshot(), List.of())
                .directory()
                .destination(IpPort.parse("10.96.0.1:80").orElseThrow())
                .getEndpoints()
                .getEndpointsList()
                .stream()
                .map(Endpoint::getZone)
                .toList();
    }

    private static Pod labelledApp(Pod pod) {
        return Pods.labelled(new PodBuilder(pod), "app", "web").build();
    }

    private static Service preferringItsZone() {
        return ServiceMappingTest.service("shop", "web", "10.96.0.1")
                .editSpec()
                .withSelector(Map.of("app", "web"))
                .withTrafficDistribution("PreferClose")
                .endSpec()
                .build();
    }

    @Test
    void aPodThatNeverReachedTheIndexCanLeaveIt() {
        MappedPod pod = PodMapping.map(WEB);
        NodeZones zones = new NodeZones();
        zones.changed(pod, null);
        zones.changed(null, pod);
        assertThat(zones.node("one", Optional.of(made("one", zone("east"))))).containsExactly(pod.name());
    }

    @Test
    void anErrorOfANodeEndsWithItsNextGoodState() {
        mesh.apply(new ApiEvent(WatchedKind.NODE, on("", "one", "10.1.0.1"), false));
        assertThat(mesh.errors()).hasSize(1);
        node("one", zone("east"));
        assertThat(mesh.errors()).isEmpty();
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
