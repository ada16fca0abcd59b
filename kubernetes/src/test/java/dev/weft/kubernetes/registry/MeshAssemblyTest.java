package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.AddressBook;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.registry.Snapshot;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class MeshAssemblyTest {

    private final MeshAssembly mesh = new MeshAssembly(TrustDomain.parse("cluster.local"), InboundMode.PERMISSIVE);

    private void there(WatchedKind kind, HasMetadata object) {
        mesh.apply(new ApiEvent(kind, object, false));
    }

    private void gone(WatchedKind kind, HasMetadata object) {
        mesh.apply(new ApiEvent(kind, object, true));
    }

    private static ObjectName shop(String name) {
        return new ObjectName("shop", name);
    }

    private AddressBook.Entry addresses(String pod) {
        return Objects.requireNonNull(mesh.snapshot().addresses().workloads().get(shop(pod)));
    }

    private static Pod pod(String name, String address) {
        return Pods.meshed("shop", name, address).build();
    }

    @Test
    void aPodComesChangesAndGoes() {
        Pod pod = pod("web-1", "10.1.0.1");
        there(WatchedKind.POD, pod);
        Snapshot now = mesh.snapshot();
        assertThat(now.workloads()).containsOnlyKeys(shop("web-1"));
        assertThat(addresses("web-1")).isEqualTo(new AddressBook.Entry(List.of("10.1.0.1"), true));

        there(WatchedKind.POD, Pods.terminating(new PodBuilder(pod)).build());
        assertThat(addresses("web-1").ready()).isFalse();
        assertThat(mesh.snapshot().workloads().get(shop("web-1")))
                .as("what did not change stays the same object")
                .isSameAs(now.workloads().get(shop("web-1")));

        gone(WatchedKind.POD, pod);
        assertThat(mesh.snapshot()).isEqualTo(Snapshot.EMPTY);
    }

    @Test
    void anAddressThatIsGivenToAnotherPodLeadsToThatOne() {
        Pod ended = Pods.meshed("shop", "a-job", "10.1.0.1")
                .editStatus()
                .withPhase("Succeeded")
                .endStatus()
                .build();
        there(WatchedKind.POD, ended);
        there(WatchedKind.POD, pod("web-1", "10.1.0.1"));
        assertThat(mesh.snapshot().workloads()).containsOnlyKeys(shop("web-1"));
        assertThat(addresses("web-1").addresses()).containsExactly("10.1.0.1");
    }

    @Test
    void ofTwoThatClaimAnAddressTheOneThatStaysHasIt() {
        there(
                WatchedKind.POD,
                Pods.terminating(Pods.meshed("shop", "a", "10.1.0.1")).build());
        assertThat(addresses("a").addresses()).containsExactly("10.1.0.1");
        there(WatchedKind.POD, pod("b", "10.1.0.1"));
        assertThat(addresses("b").addresses()).containsExactly("10.1.0.1");
        assertThat(addresses("a").addresses()).isEmpty();

        gone(WatchedKind.POD, pod("b", "10.1.0.1"));
        assertThat(addresses("a").addresses()).containsExactly("10.1.0.1");
    }

    @Test
    void ofTwoThatRunTheYoungerHasTheAddress() {
        there(
                WatchedKind.POD,
                Pods.meshed("shop", "b", "10.1.0.1")
                        .editMetadata()
                        .withCreationTimestamp("2026-01-03T00:00:00Z")
                        .endMetadata()
                        .build());
        there(WatchedKind.POD, pod("a", "10.1.0.1"));
        assertThat(addresses("b").addresses()).containsExactly("10.1.0.1");
        assertThat(addresses("a")).isEqualTo(new AddressBook.Entry(List.of(), false));
    }

    @Test
    void aPodHasItsAddressWhateverSomebodyWroteDown() {
        there(WatchedKind.WORKLOAD, Customs.machine("a-machine", "10.1.0.1", "10.9.0.1"));
        assertThat(mesh.snapshot().addresses().workloads()).as("its own count").isEmpty();
        there(WatchedKind.POD, pod("web-1", "10.1.0.1"));
        assertThat(addresses("web-1").addresses()).containsExactly("10.1.0.1");
        assertThat(addresses("a-machine")).isEqualTo(new AddressBook.Entry(List.of("10.9.0.1"), true));

        gone(WatchedKind.POD, pod("web-1", "10.1.0.1"));
        assertThat(mesh.snapshot().addresses().workloads()).isEmpty();
    }

    @Test
    void aPodGoesBeforeAMachineOfItsName() {
        there(WatchedKind.WORKLOAD, Customs.machine("web-1", "10.9.0.1"));
        there(WatchedKind.POD, pod("web-1", "10.1.0.1"));
        Workload workload = Objects.requireNonNull(mesh.snapshot().workloads().get(shop("web-1")));
        assertThat(workload.addresses()).isEmpty();
        assertThat(reasons()).singleElement().asString().contains("is a pod too");

        gone(WatchedKind.POD, pod("web-1", "10.1.0.1"));
        assertThat(Objects.requireNonNull(mesh.snapshot().workloads().get(shop("web-1")))
                        .addresses())
                .containsExactly("10.9.0.1");
        assertThat(reasons()).isEmpty();
    }

    private List<String> reasons() {
        return mesh.errors().stream().map(LoadError::reason).toList();
    }

    private boolean hasService() {
        return mesh.snapshot().services().containsKey(shop("web"));
    }

    private static Pod labelled(PodBuilder pod) {
        return Pods.labelled(pod, "app", "web").build();
    }

    private static Pod ofHost(String name) {
        return labelled(Pods.plain("shop", name, "192.0.2.1")
                .editSpec()
                .withHostNetwork(true)
                .endSpec());
    }

    @Test
    void aServiceOfUnmeshedPodsOfTheHostsNetworkAloneIsLeftOut() {
        there(
                WatchedKind.SERVICE,
                ServiceMappingTest.service("shop", "web", "10.2.0.1").build());
        assertThat(hasService()).as("without pods").isTrue();
        there(WatchedKind.POD, ofHost("agent-1"));
        assertThat(hasService()).isFalse();
        assertThat(mesh.snapshot().addresses().services()).isEmpty();

        Pod meshed = labelled(Pods.meshed("shop", "web-1", "10.1.0.1"));
        there(WatchedKind.POD, meshed);
        assertThat(hasService()).as("one is meshed").isTrue();
        assertThat(mesh.snapshot().addresses().services()).containsEntry(shop("web"), List.of("10.2.0.1"));

        gone(WatchedKind.POD, meshed);
        assertThat(hasService()).isFalse();
        gone(WatchedKind.POD, ofHost("agent-1"));
        assertThat(hasService()).isTrue();
    }

    @Test
    void itDoesNotMatterWhetherTheServiceOrItsPodsComeFirst() {
        there(WatchedKind.POD, ofHost("agent-1"));
        there(WatchedKind.POD, labelled(Pods.meshed("other", "web-1", "10.1.0.1")));
        there(
                WatchedKind.SERVICE,
                ServiceMappingTest.service("shop", "web", "10.2.0.1").build());
        assertThat(hasService()).isFalse();
    }

    @Test
    void podsThatHaveEndedOrHaveOtherLabelsNowDoNotCount() {
        there(
                WatchedKind.SERVICE,
                ServiceMappingTest.service("shop", "web", "10.2.0.1").build());
        there(WatchedKind.POD, ofHost("agent-1"));
        there(
                WatchedKind.POD,
                new PodBuilder(ofHost("agent-1"))
                        .editMetadata()
                        .withLabels(Map.of("app", "other"))
                        .endMetadata()
                        .build());
        assertThat(hasService()).isTrue();
        there(WatchedKind.POD, ofHost("agent-1"));
        there(
                WatchedKind.POD,
                new PodBuilder(ofHost("agent-1"))
                        .editStatus()
                        .withPhase("Failed")
                        .endStatus()
                        .build());
        assertThat(hasService()).isTrue();
    }

    @Test
    void aServiceThatLosesItsSelectorIsLeftOut() {
        there(
                WatchedKind.SERVICE,
                ServiceMappingTest.service("shop", "web", "10.2.0.1").build());
        there(
                WatchedKind.SERVICE,
                ServiceMappingTest.service("shop", "web", "10.2.0.1")
                        .editSpec()
                        .withSelector(Map.of())
                        .endSpec()
                        .build());
        assertThat(mesh.snapshot()).isEqualTo(Snapshot.EMPTY);
    }

    @Test
    void ofANamespaceTheLastStateWithoutMistakesStays() {
        there(WatchedKind.NAMESPACE, NamespaceMappingTest.shop(Map.of("weft.dev/inbound", "permissive")));
        there(WatchedKind.NAMESPACE, NamespaceMappingTest.shop(Map.of("weft.dev/inbound", "stric")));
        assertThat(Objects.requireNonNull(mesh.snapshot().namespaces().get("shop"))
                        .inbound())
                .isEqualTo(InboundMode.PERMISSIVE);
        assertThat(reasons()).singleElement().asString().contains("did you mean strict?");

        gone(WatchedKind.NAMESPACE, NamespaceMappingTest.shop(Map.of()));
        there(WatchedKind.NAMESPACE, NamespaceMappingTest.shop(Map.of("weft.dev/inbound", "stric")));
        assertThat(Objects.requireNonNull(mesh.snapshot().namespaces().get("shop"))
                        .inbound())
                .as("nothing is known of before")
                .isEqualTo(InboundMode.STRICT);
    }

    @Test
    void theMistakesOfAPodAreTold() {
        there(
                WatchedKind.POD,
                Pods.annotated(Map.of("weft.dev/inbound", "open")).build());
        assertThat(mesh.errors())
                .singleElement()
                .satisfies(error -> assertThat(error.toString())
                        .startsWith("kubernetes: Pod shop/web-1: metadata.annotations.weft.dev/inbound: open"));
        gone(WatchedKind.POD, pod("web-1", "10.1.0.1"));
        assertThat(mesh.errors()).isEmpty();
    }

    @Test
    void saysWhereAWorkloadIs() {
        there(WatchedKind.POD, pod("web-1", "10.1.0.1"));
        assertThat(mesh.source("Workload", "shop/web-1").where()).isEqualTo("kubernetes: Pod shop/web-1");
        assertThat(mesh.source("AuthorizationPolicy", "shop/web"))
                .hasToString("kubernetes: AuthorizationPolicy shop/web");
    }

    @Test
    void anObjectThatFailsTwiceKeepsNoOtherOut() {
        there(WatchedKind.POD, pod("web-1", "10.1.0.1"));
        there(WatchedKind.POD, unnamed(pod("web-2", "10.1.0.2")));
        there(WatchedKind.WORKLOAD, unnamed(Customs.machine("a-machine", "10.9.0.1")));
        there(WatchedKind.POD, pod("web-3", "10.1.0.3"));
        assertThat(mesh.snapshot().workloads()).containsOnlyKeys(shop("web-1"), shop("web-3"));
        assertThat(reasons()).hasSize(2).allMatch(reason -> reason.startsWith("not usable: "));
    }

    /** Removes the name, which no table can have as a key: whatever is done with the object fails. */
    private static <T extends HasMetadata> T unnamed(T object) {
        object.getMetadata().setName(null);
        return object;
    }
}
