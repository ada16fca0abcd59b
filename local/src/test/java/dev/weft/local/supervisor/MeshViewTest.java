package dev.weft.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.peering.PeerStore;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.local.state.Network;
import dev.weft.proxy.capture.CaptureSettings.Datagrams;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class MeshViewTest {

    private static final WorkloadName API = new WorkloadName("shop", "api");
    private static final WorkloadName OTHER = new WorkloadName("other", "api");

    private final MeshView view = new MeshView(
            new MeshModel(
                    Map.of(API, pod(API), OTHER, pod(OTHER)),
                    Map.of(
                            API,
                            new ServiceSpec(
                                    API,
                                    Map.of("app", "api"),
                                    List.of(
                                            port(80, Optional.of("http")),
                                            port(81, Optional.of("absent")),
                                            port(8080, Optional.empty())),
                                    List.of("10.96.1.1"),
                                    true,
                                    false))),
            new AddressPlan(Network.FIRST, true));

    @Test
    void leadsServicesToReadyWorkloadsOfTheirNamespace() {
        assertThat(view.serviceRules(Set.of(API, OTHER)))
                .contains("tcp dport 80 dnat ip to 10.244.0.3:8080", "tcp dport 8080 dnat ip to 10.244.0.3:8080")
                .doesNotContain("dport 81", "10.244.0.2");
    }

    @Test
    void leadsNowhereWhileNoWorkloadIsReady() {
        assertThat(view.serviceRules(Set.of(OTHER))).doesNotContain("dnat");
    }

    @Test
    void namesAServiceBeforeAWorkloadOfTheSameName() {
        assertThat(view.names())
                .containsEntry(API, List.of("10.96.1.1"))
                .containsEntry(OTHER, view.podAddresses(OTHER));
    }

    @Test
    void writesAddressesAsAnObjectOfTheRegistry() {
        assertThat(view.addressesObject("m", Set.of(API))).isEqualTo("""
                apiVersion: weft.dev/v1alpha1
                kind: Addresses
                metadata: {name: "m"}
                spec:
                  workloads:
                  - {namespace: "other", name: "api", addresses: ["10.244.0.2", "fd57:e1f7::2"], ready: false}
                  - {namespace: "shop", name: "api", addresses: ["10.244.0.3", "fd57:e1f7::3"], ready: true}
                  services:
                  - {namespace: "shop", name: "api", addresses: ["10.96.1.1"]}
                """);
    }

    @Test
    void writesHostsWithShortNamesInTheOwnNamespaceOnly() {
        assertThat(HostsFile.text(API, view.podAddresses(API), view.names(), "cluster.local", List.of()))
                .contains(
                        "127.0.0.1 localhost\n",
                        "10.244.0.3 api\n",
                        "10.96.1.1 api.shop.svc.cluster.local api.shop.cluster.local api.shop.svc api.shop api\n",
                        "10.244.0.2 api.other.svc.cluster.local api.other.cluster.local api.other.svc api.other\n");
    }

    @Test
    void writesTheNamesOfLinkedMeshesAfterItsOwn() {
        PeerStore.Names other = new PeerStore.Names(
                TrustDomain.parse("b.example"), new TreeMap<>(Map.of("shop/api", List.of("10.97.0.1", "fd57::1"))));
        assertThat(HostsFile.text(API, view.podAddresses(API), view.names(), "cluster.local", List.of(other)))
                .endsWith("""
                        10.97.0.1 api.shop.svc.b.example api.shop.b.example
                        fd57::1 api.shop.svc.b.example api.shop.b.example
                        """);
    }

    private static ServiceSpec.ServicePort port(int number, Optional<String> target) {
        return new ServiceSpec.ServicePort(number, OptionalInt.empty(), target);
    }

    private static PodSpec pod(WorkloadName name) {
        return new PodSpec(
                name,
                new PodSpec.Shell(false, "default", "", List.of(), List.of()),
                Datagrams.NONE,
                new PodSpec.App(List.of(), Map.of(), Optional.empty(), Optional.empty(), PodSpec.Restart.ALWAYS),
                new PodSpec.Probes(Optional.empty(), Optional.empty()),
                List.of(new PodSpec.Port("http", 8080)),
                Map.of("app", "api"));
    }
}
