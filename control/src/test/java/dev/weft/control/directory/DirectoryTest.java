package dev.weft.control.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Endpoint;
import dev.weft.api.v1.Membership;
import dev.weft.api.v1.Protocol;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.IpPort;
import dev.weft.mesh.model.Service;
import dev.weft.policy.model.Cidr;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class DirectoryTest {

    private static final SpiffeId ID = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/api");

    private final DirectoryWorkload first = workload("api-1", true, true, "10.244.0.2", "fd57::2");
    private final DirectoryWorkload second = workload("api-2", true, true, "10.244.0.3");
    private final DirectoryWorkload notReady = workload("api-3", true, false, "10.244.0.4");
    private final DirectoryWorkload unmeshed = workload("api-4", false, true, "10.244.0.5");
    private final Directory directory =
            Directory.of(List.of(unmeshed, notReady, second, first), List.of(service("10.96.0.1", "fd57:96::1")));

    @Test
    void leadsAServiceToItsReadyWorkloads() {
        Destination destination = destination("10.96.0.1:80");
        assertThat(destination.getEndpoints().getService()).isEqualTo("shop/api");
        assertThat(destination.getEndpoints().getEndpointsList())
                .extracting(Endpoint::getAddress)
                .containsExactly("10.244.0.2:8080", "10.244.0.3:8080", "10.244.0.5:8080");
        Endpoint endpoint = destination.getEndpoints().getEndpoints(0);
        assertThat(endpoint.getMembership()).isEqualTo(Membership.MEMBERSHIP_IN_MESH);
        assertThat(endpoint.getIdentity()).isEqualTo(ID.toString());
        assertThat(endpoint.getTunnelPort()).isEqualTo(15008);
        assertThat(endpoint.getWorkload()).isEqualTo("shop/api-1");
        assertThat(endpoint.getProtocol()).isEqualTo(Protocol.PROTOCOL_HTTP1);
    }

    @Test
    void aDestinationThatNoSidecarCouldTakeLeadsNowhereAndSaysSo() {
        String padding = "x".repeat(200);
        List<DirectoryWorkload> many = IntStream.range(0, 16_000)
                .mapToObj(i -> workload("api-" + padding + i, true, true, "10.244." + i / 250 + "." + (1 + i % 250)))
                .toList();
        DirectoryService service = service("10.96.0.1");
        Destination told = Directory.of(many, List.of(service)).destination(ipPort("10.96.0.1:80"));
        assertThat(told.getUnreachable().getReason())
                .startsWith("WEFT-H085: port 80 of Service shop/api is too large for a sidecar, with 16000 endpoints");
        Destination fits =
                Directory.of(many.subList(0, 6_000), List.of(service)).destination(ipPort("10.96.0.1:80"));
        assertThat(fits.getEndpoints().getEndpointsCount()).isEqualTo(6_000);
    }

    @Test
    void tellsTheZonesOfEndpointsOnlyWhereTheServicePrefersThem() {
        DirectoryWorkload east = inZone("api-1", "10.244.0.2", "east");
        DirectoryWorkload nowhere = inZone("api-2", "10.244.0.3", "");
        DirectoryService alike = service("10.96.0.1");
        DirectoryService preferring = new DirectoryService(
                alike.namespace(), alike.name(), alike.selector(), alike.addresses(), alike.ports(), true, false);
        assertThat(zones(Directory.of(List.of(east, nowhere), List.of(alike)))).containsExactly("", "");
        assertThat(zones(Directory.of(List.of(east, nowhere), List.of(preferring))))
                .containsExactly("east", "");
        assertThat(alike.selectsAs(preferring))
                .as("else the endpoints made before stay")
                .isFalse();
    }

    private static List<String> zones(Directory directory) {
        return directory.destination(ipPort("10.96.0.1:80")).getEndpoints().getEndpointsList().stream()
                .map(Endpoint::getZone)
                .toList();
    }

    private static DirectoryWorkload inZone(String name, String address, String zone) {
        return new DirectoryWorkload(
                "shop", name, Map.of("app", "api"), Optional.of(ID), addresses(address), true, List.of(), zone);
    }

    @Test
    void leadsAnotherTrustDomainsAddressesWhereThatOneSays() {
        SpiffeId foreign = SpiffeId.parse("spiffe://b.example/ns/shop/sa/api");
        DirectoryWorkload there = new DirectoryWorkload(
                "shop", "api-1", Map.of("app", "api"), Optional.of(foreign), addresses("10.243.0.2"), true, List.of());
        Directory known = Directory.of(List.of(there), List.of(service("10.97.0.1")));
        Directory with = directory.withRemotes(List.of(remote(new RemoteDomain.Knowledge.Known(known))));
        assertThat(with.destination(ipPort("10.97.0.1:80")).getEndpoints().getEndpointsList())
                .singleElement()
                .satisfies(endpoint -> {
                    assertThat(endpoint.getAddress()).isEqualTo("10.243.0.2:8080");
                    assertThat(endpoint.getIdentity()).isEqualTo(foreign.toString());
                    assertThat(endpoint.getTunnelPort()).isEqualTo(15008);
                });
        assertThat(with.destination(ipPort("10.243.0.2:5432"))
                        .getEndpoints()
                        .getEndpoints(0)
                        .getIdentity())
                .isEqualTo(foreign.toString());
        assertThat(with.destination(ipPort("10.96.0.1:80")))
                .as("the own ones stay")
                .isEqualTo(destination("10.96.0.1:80"));
        assertThat(with.destination(ipPort("192.0.2.1:80")).hasNotInMesh()).isTrue();
    }

    @Test
    void neverLeadsToAnotherTrustDomainsAddressesInPlaintext() {
        Directory empty = Directory.of(List.of(), List.of());
        assertThat(directory
                        .withRemotes(List.of(remote(new RemoteDomain.Knowledge.Known(empty))))
                        .destination(ipPort("10.243.0.9:80"))
                        .getUnreachable()
                        .getReason())
                .isEqualTo("WEFT-C062: trust domain b.example has no workload or Service at 10.243.0.9:80");
        assertThat(directory
                        .withRemotes(List.of(remote(new RemoteDomain.Knowledge.Closed("it is disabled"))))
                        .destination(ipPort("10.243.0.9:80"))
                        .getUnreachable()
                        .getReason())
                .isEqualTo("it is disabled");
    }

    @Test
    void prefersTheOwnMeshWhereRangesOverlap() {
        RemoteDomain greedy = new RemoteDomain(
                TrustDomain.parse("b.example"),
                List.of(Cidr.parse("10.0.0.0/8")),
                new RemoteDomain.Knowledge.Closed("it is disabled"));
        assertThat(directory
                        .withRemotes(List.of(greedy))
                        .destination(ipPort("10.244.0.2:80"))
                        .hasEndpoints())
                .isTrue();
    }

    private static RemoteDomain remote(RemoteDomain.Knowledge knowledge) {
        return new RemoteDomain(
                TrustDomain.parse("b.example"),
                List.of(Cidr.parse("10.243.0.0/16"), Cidr.parse("10.97.0.0/16")),
                knowledge);
    }

    private static IpPort ipPort(String text) {
        return IpPort.parse(text).orElseThrow();
    }

    @Test
    void givesAnUnmeshedEndpointNoIdentity() {
        Endpoint endpoint = destination("10.96.0.1:80").getEndpoints().getEndpoints(2);
        assertThat(endpoint.getIdentity()).isEmpty();
        assertThat(endpoint.getMembership()).isEqualTo(Membership.MEMBERSHIP_OUTSIDE);
        assertThat(endpoint.getTunnelPort()).isZero();
    }

    @Test
    void prefersTheAddressFamilyOfTheService() {
        assertThat(destination("[fd57:96::1]:80").getEndpoints().getEndpoints(0).getAddress())
                .isEqualTo("[fd57:0:0:0:0:0:0:2]:8080");
    }

    @Test
    void findsATargetPortByName() {
        assertThat(destination("10.96.0.1:81").getEndpoints().getEndpointsList())
                .extracting(Endpoint::getAddress)
                .contains("10.244.0.2:8080");
        assertThat(destination("10.96.0.1:82").getEndpoints().getEndpointsList())
                .isEmpty();
    }

    @Test
    void saysWhichPortsAServiceHasWhenAskedForAnother() {
        assertThat(destination("10.96.0.1:443").getUnreachable().getReason())
                .isEqualTo("Service shop/api has no port 443 (it has: 80, 81, 82)");
    }

    @Test
    void leadsAWorkloadsAddressToItselfOnAnyPort() {
        Destination destination = destination("10.244.0.4:9999");
        assertThat(destination.getEndpoints().getEndpointsList())
                .singleElement()
                .satisfies(endpoint -> {
                    assertThat(endpoint.getAddress()).isEqualTo("10.244.0.4:9999");
                    assertThat(endpoint.getIdentity()).isEqualTo(ID.toString());
                });
        assertThat(destination.getEndpoints().getService()).isEmpty();
    }

    @Test
    void doesNotKnowOtherAddresses() {
        assertThat(destination("192.0.2.1:80").hasNotInMesh()).isTrue();
    }

    @Test
    void selectsNothingWithoutSelectorNorInOtherNamespaces() {
        DirectoryService none = new DirectoryService(
                "shop", "none", Map.of(), addresses("10.96.0.2"), service().ports());
        DirectoryService other = new DirectoryService(
                "other",
                "api",
                Map.of("app", "api"),
                addresses("10.96.0.3"),
                service().ports());
        Directory built = Directory.of(List.of(first), List.of(none, other));
        for (String name : List.of("10.96.0.2:80", "10.96.0.3:80")) {
            Destination destination = built.destination(IpPort.parse(name).orElseThrow());
            assertThat(destination.hasEndpoints()).isTrue();
            assertThat(destination.getEndpoints().getEndpointsList()).isEmpty();
        }
    }

    @Test
    void answersTheSameWhateverTheOrder() {
        long seed = new Random().nextLong();
        List<DirectoryWorkload> workloads = new java.util.ArrayList<>(List.of(first, second, notReady, unmeshed));
        Collections.shuffle(workloads, new Random(seed));
        Directory shuffled = Directory.of(workloads, List.of(service("10.96.0.1")));
        assertThat(shuffled.destination(IpPort.parse("10.96.0.1:80").orElseThrow()))
                .as("seed " + seed)
                .isEqualTo(destination("10.96.0.1:80"));
    }

    @Test
    void readsOnlyWholeAddressesWithPorts() {
        assertThat(IpPort.parse("10.0.0.1:80")).isPresent();
        assertThat(IpPort.parse("[fd00::1]:80")).map(IpPort::toString).hasValue("[fd00:0:0:0:0:0:0:1]:80");
        for (String text : List.of(
                "",
                ":80",
                "10.0.0.1",
                "10.0.0.1:",
                "10.0.0.1:0",
                "10.0.0.1:65536",
                "10.0.0.1:080",
                "10.0.0.1:-1",
                "10.0.1:80",
                "010.0.0.1:80",
                "256.0.0.1:80",
                "1:80",
                "fd00::1:80",
                "[10.0.0.1]:80",
                "[fd00::1%lo]:80",
                "[fd00::1]80",
                "[[fd00::1]]:80",
                "api.shop:80",
                "[]:80",
                "10.0.0.1:8 0",
                "1".repeat(100) + ":80")) {
            assertThat(IpPort.parse(text)).as(text).isEmpty();
        }
        assertThatThrownBy(() -> new IpPort(InetAddress.getLoopbackAddress(), 0))
                .hasMessageContaining("1-65535");
    }

    private Destination destination(String text) {
        return directory.destination(IpPort.parse(text).orElseThrow());
    }

    private static DirectoryWorkload workload(String name, boolean meshed, boolean ready, String... addresses) {
        return new DirectoryWorkload(
                "shop",
                name,
                Map.of("app", "api"),
                meshed ? Optional.of(ID) : Optional.empty(),
                addresses(addresses),
                ready,
                List.of(new DirectoryWorkload.Port("http", 8080, Protocol.PROTOCOL_HTTP1)));
    }

    private static DirectoryService service(String... addresses) {
        return new DirectoryService(
                "shop",
                "api",
                Map.of("app", "api"),
                addresses(addresses),
                List.of(
                        new DirectoryService.Port(
                                80, new Service.TargetPort.Numbered(8080), Protocol.PROTOCOL_UNSPECIFIED),
                        new DirectoryService.Port(81, new Service.TargetPort.Named("http"), Protocol.PROTOCOL_TCP),
                        new DirectoryService.Port(82, new Service.TargetPort.Named("admin"), Protocol.PROTOCOL_TCP)));
    }

    private static List<InetAddress> addresses(String... texts) {
        return Stream.of(texts).map(InetAddress::ofLiteral).toList();
    }
}
