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

    private final MeshAssembly mesh = new MeshAssembly(TrustDomain.parse("cluster.local"));

    private void there(Kind kind, HasMetadata object) {
        mesh.apply(new ApiEvent(kind, object, false));
    }

    private void gone(Kind kind, HasMetadata object) {
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
        there(Kind.POD, pod);
        Snapshot now = mesh.snapshot();
        assertThat(now.workloads()).containsOnlyKeys(shop("web-1"));
        assertThat(addresses("web-1")).isEqualTo(new AddressBook.Entry(List.of("10.1.0.1"), true));

        there(Kind.POD, Pods.terminating(new PodBuilder(pod)).build());
        assertThat(addresses("web-1").ready()).isFalse();
        assertThat(mesh.snapshot().workloads().get(shop("web-1")))
                .as("what did not change stays the same object")
                .isSameAs(now.workloads().get(shop("web-1")));

        gone(Kind.POD, pod);
        assertThat(mesh.snapshot()).isEqualTo(Snapshot.EMPTY);
    }

    @Test
    void anAddressThatIsGivenToAnotherPodLeadsToThatOne() {
        Pod ended = Pods.meshed("shop", "a-job", "10.1.0.1")
                .editStatus()
                .withPhase("Succeeded")
                .endStatus()
                .build();
        there(Kind.POD, ended);
        there(Kind.POD, pod("web-1", "10.1.0.1"));
        assertThat(mesh.snapshot().workloads()).containsOnlyKeys(shop("web-1"));
        assertThat(addresses("web-1").addresses()).containsExactly("10.1.0.1");
    }

    @Test
    void ofTwoThatClaimAnAddressTheOneThatStaysHasIt() {
        there(Kind.POD, Pods.terminating(Pods.meshed("shop", "a", "10.1.0.1")).build());
        assertThat(addresses("a").addresses()).containsExactly("10.1.0.1");
        there(Kind.POD, pod("b", "10.1.0.1"));
        assertThat(addresses("b").addresses()).containsExactly("10.1.0.1");
        assertThat(addresses("a").addresses()).isEmpty();

        gone(Kind.POD, pod("b", "10.1.0.1"));
        assertThat(addresses("a").addresses()).containsExactly("10.1.0.1");
    }

    @Test
    void ofTwoThatRunTheYoungerHasTheAddress() {
        there(
                Kind.POD,
                Pods.meshed("shop", "b", "10.1.0.1")
                        .editMetadata()
                        .withCreationTimestamp("2026-01-03T00:00:00Z")
                        .endMetadata()
                        .build());
        there(Kind.POD, pod("a", "10.1.0.1"));
        assertThat(addresses("b").addresses()).containsExactly("10.1.0.1");
        assertThat(addresses("a")).isEqualTo(new AddressBook.Entry(List.of(), false));
    }

    @Test
    void aPodHasItsAddressWhateverSomebodyWroteDown() {
        there(Kind.WORKLOAD, Customs.machine("a-machine", "10.1.0.1", "10.9.0.1"));
        assertThat(mesh.snapshot().addresses().workloads()).as("its own count").isEmpty();
        there(Kind.POD, pod("web-1", "10.1.0.1"));
        assertThat(addresses("web-1").addresses()).containsExactly("10.1.0.1");
        assertThat(addresses("a-machine")).isEqualTo(new AddressBook.Entry(List.of("10.9.0.1"), true));

        gone(Kind.POD, pod("web-1", "10.1.0.1"));
        assertThat(mesh.snapshot().addresses().workloads()).isEmpty();
    }

    @Test
    void aPodGoesBeforeAMachineOfItsName() {
        there(Kind.WORKLOAD, Customs.machine("web-1", "10.9.0.1"));
        there(Kind.POD, pod("web-1", "10.1.0.1"));
        Workload workload = Objects.requireNonNull(mesh.snapshot().workloads().get(shop("web-1")));
        assertThat(workload.addresses()).isEmpty();
        assertThat(reasons()).singleElement().asString().contains("is a pod too");

        gone(Kind.POD, pod("web-1", "10.1.0.1"));
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
                Kind.SERVICE,
                ServiceMappingTest.service("shop", "web", "10.2.0.1").build());
        assertThat(hasService()).as("without pods").isTrue();
        there(Kind.POD, ofHost("agent-1"));
        assertThat(hasService()).isFalse();
        assertThat(mesh.snapshot().addresses().services()).isEmpty();

        Pod meshed = labelled(Pods.meshed("shop", "web-1", "10.1.0.1"));
        there(Kind.POD, meshed);
        assertThat(hasService()).as("one is meshed").isTrue();
        assertThat(mesh.snapshot().addresses().services()).containsEntry(shop("web"), List.of("10.2.0.1"));

        gone(Kind.POD, meshed);
        assertThat(hasService()).isFalse();
        gone(Kind.POD, ofHost("agent-1"));
        assertThat(hasService()).isTrue();
    }

    @Test
    void itDoesNotMatterWhetherTheServiceOrItsPodsComeFirst() {
        there(Kind.POD, ofHost("agent-1"));
        there(Kind.POD, labelled(Pods.meshed("other", "web-1", "10.1.0.1")));
        there(
                Kind.SERVICE,
                ServiceMappingTest.service("shop", "web", "10.2.0.1").build());
        assertThat(hasService()).isFalse();
    }

    @Test
    void podsThatHaveEndedOrHaveOtherLabelsNowDoNotCount() {
        there(
                Kind.SERVICE,
                ServiceMappingTest.service("shop", "web", "10.2.0.1").build());
        there(Kind.POD, ofHost("agent-1"));
        there(
                Kind.POD,
                new PodBuilder(ofHost("agent-1"))
                        .editMetadata()
                        .withLabels(Map.of("app", "other"))
                        .endMetadata()
                        .build());
        assertThat(hasService()).isTrue();
        there(Kind.POD, ofHost("agent-1"));
        there(
                Kind.POD,
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
                Kind.SERVICE,
                ServiceMappingTest.service("shop", "web", "10.2.0.1").build());
        there(
                Kind.SERVICE,
                ServiceMappingTest.service("shop", "web", "10.2.0.1")
                        .editSpec()
                        .withSelector(Map.of())
                        .endSpec()
                        .build());
        assertThat(mesh.snapshot()).isEqualTo(Snapshot.EMPTY);
    }

    @Test
    void ofANamespaceTheLastStateWithoutMistakesStays() {
        there(Kind.NAMESPACE, NamespaceMappingTest.shop(Map.of("weft.dev/inbound", "permissive")));
        there(Kind.NAMESPACE, NamespaceMappingTest.shop(Map.of("weft.dev/inbound", "stric")));
        assertThat(Objects.requireNonNull(mesh.snapshot().namespaces().get("shop"))
                        .inbound())
                .isEqualTo(InboundMode.PERMISSIVE);
        assertThat(reasons()).singleElement().asString().contains("did you mean strict?");

        gone(Kind.NAMESPACE, NamespaceMappingTest.shop(Map.of()));
        there(Kind.NAMESPACE, NamespaceMappingTest.shop(Map.of("weft.dev/inbound", "stric")));
        assertThat(Objects.requireNonNull(mesh.snapshot().namespaces().get("shop"))
                        .inbound())
                .as("nothing is known of before")
                .isEqualTo(InboundMode.STRICT);
    }

    @Test
    void theMistakesOfAPodAreTold() {
        there(Kind.POD, Pods.annotated(Map.of("weft.dev/inbound", "open")).build());
        assertThat(mesh.errors())
                .singleElement()
                .satisfies(error -> assertThat(error.toString())
                        .startsWith("kubernetes: Pod shop/web-1: metadata.annotations.weft.dev/inbound: open"));
        gone(Kind.POD, pod("web-1", "10.1.0.1"));
        assertThat(mesh.errors()).isEmpty();
    }

    @Test
    void saysWhereAWorkloadIs() {
        there(Kind.POD, pod("web-1", "10.1.0.1"));
        assertThat(mesh.source("Workload", "shop/web-1").where()).isEqualTo("kubernetes: Pod shop/web-1");
        assertThat(mesh.source("AuthorizationPolicy", "shop/web"))
                .hasToString("kubernetes: AuthorizationPolicy shop/web");
    }
}
