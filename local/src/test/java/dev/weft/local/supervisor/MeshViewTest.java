package dev.weft.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.peering.PeerStore;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.ProgramSpec;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.local.state.Network;
import dev.weft.mesh.model.AddressBook;
import dev.weft.mesh.model.IpFamily;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import dev.weft.proxy.capture.CaptureSettings.Datagrams;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class MeshViewTest {

    private static final ObjectName API = new ObjectName("shop", "api");
    private static final ObjectName OTHER = new ObjectName("other", "api");

    private final MeshView view = new MeshView(
            new MeshModel(
                    new TreeMap<>(Map.of(API, pod(API), OTHER, pod(OTHER))),
                    new TreeMap<>(Map.of(
                            API,
                            new Service(
                                    API,
                                    Map.of("app", "api"),
                                    List.of(
                                            port(80, new Service.TargetPort.Named("http")),
                                            port(81, new Service.TargetPort.Named("absent")),
                                            port(8080, new Service.TargetPort.Numbered(8080))),
                                    "10.96.1.1",
                                    Set.of(IpFamily.IPV4))))),
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
        Parsed read = RegistryFiles.parse(Path.of("addresses.yaml"), view.addressesObject("m", Set.of(API)));
        assertThat(read.errors()).isEmpty();
        assertThat(read.objects().addresses())
                .isEqualTo(new AddressBook(
                        Map.of(
                                OTHER,
                                new AddressBook.Entry(List.of("10.244.0.2", "fd57:e1f7::2"), false),
                                API,
                                new AddressBook.Entry(List.of("10.244.0.3", "fd57:e1f7::3"), true)),
                        Map.of(API, List.of("10.96.1.1"))));
    }

    @Test
    void writesHostsWithShortNamesInTheOwnNamespaceOnly() {
        assertThat(HostsFiles.text(API, view.podAddresses(API), view.names(), "cluster.local", List.of()))
                .contains(
                        "127.0.0.1 localhost\n",
                        "10.244.0.3 api\n",
                        "10.96.1.1 api.shop.svc.cluster.local api.shop.cluster.local api.shop.svc api.shop api\n",
                        "10.244.0.2 api.other.svc.cluster.local api.other.cluster.local api.other.svc api.other\n");
    }

    @Test
    void writesTheNamesOfLinkedMeshesAfterItsOwn() {
        PeerStore.Names other = new PeerStore.Names(
                TrustDomain.parse("b.example"), new TreeMap<>(Map.of("shop/api", List.of("10.97.0.1", "fd57::1"))), 0);
        assertThat(HostsFiles.text(API, view.podAddresses(API), view.names(), "cluster.local", List.of(other)))
                .endsWith("""
                        10.97.0.1 api.shop.svc.b.example api.shop.b.example
                        fd57::1 api.shop.svc.b.example api.shop.b.example
                        """);
    }

    private static Service.Port port(int number, Service.TargetPort target) {
        return new Service.Port(null, number, target, null);
    }

    private static PodSpec pod(ObjectName name) {
        return new PodSpec(
                new Workload(
                        name,
                        Map.of("app", "api"),
                        "default",
                        List.of(new Workload.Port("http", 8080, null)),
                        Set.of(),
                        null,
                        null,
                        false,
                        null,
                        null,
                        Set.of(),
                        Set.of(),
                        List.of()),
                ProgramSpec.NONE,
                "",
                Datagrams.NONE);
    }
}
