package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.model.IpFamily;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ServiceMappingTest {

    static ServiceBuilder service(String namespace, String name, String... clusterIps) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withType("ClusterIP")
                .withSelector(Map.of("app", name))
                .withClusterIPs(clusterIps)
                .addNewPort()
                .withPort(80)
                .endPort()
                .endSpec();
    }

    @Test
    void hasItsSelectorPortsAndBothAddresses() {
        MappedService mapped = ServiceMapping.map(service("shop", "web", "10.2.0.1", "fd00:2::1")
                        .editSpec()
                        .withIpFamilies("IPv4", "IPv6")
                        .withPorts()
                        .addNewPort()
                        .withName("http")
                        .withPort(80)
                        .withTargetPort(new IntOrString("http"))
                        .withAppProtocol("kubernetes.io/h2c")
                        .endPort()
                        .addNewPort()
                        .withName("admin")
                        .withPort(81)
                        .withTargetPort(new IntOrString(9000))
                        .endPort()
                        .addNewPort()
                        .withName("dns")
                        .withPort(53)
                        .withProtocol("UDP")
                        .endPort()
                        .endSpec()
                        .build())
                .orElseThrow();
        Service service = mapped.service();
        assertThat(service.name()).isEqualTo(new ObjectName("shop", "web"));
        assertThat(service.selector()).isEqualTo(Map.of("app", "web"));
        assertThat(service.families()).containsExactlyInAnyOrder(IpFamily.IPV4, IpFamily.IPV6);
        assertThat(service.ports())
                .containsExactly(
                        new Service.Port("http", 80, new Service.TargetPort.Named("http"), "kubernetes.io/h2c"),
                        new Service.Port("admin", 81, new Service.TargetPort.Numbered(9000), null));
        assertThat(mapped.addresses()).containsExactly("10.2.0.1", "fd00:2:0:0:0:0:0:1");
    }

    @Test
    void leadsToTheSamePortWhereNoneIsSaid() {
        assertThat(ServiceMapping.map(service("shop", "web", "10.2.0.1").build())
                        .orElseThrow()
                        .service()
                        .ports())
                .containsExactly(new Service.Port(null, 80, new Service.TargetPort.Numbered(80), null));
    }

    @Test
    void prefersZonesWhereItsTrafficDistributionSaysSo() {
        assertThat(prefersZone(null)).isFalse();
        assertThat(prefersZone("PreferClose")).isTrue();
        assertThat(prefersZone("PreferSameZone")).isTrue();
        assertThat(prefersZone("PreferSameNode")).isTrue();
        assertThat(prefersZone("PreferTheMoon")).isFalse();
    }

    private static boolean prefersZone(@Nullable String distribution) {
        return ServiceMapping.map(service("shop", "web", "10.2.0.1")
                        .editSpec()
                        .withTrafficDistribution(distribution)
                        .endSpec()
                        .build())
                .orElseThrow()
                .service()
                .prefersZone();
    }

    @Test
    void aHeadlessOneHasNoAddress() {
        MappedService mapped =
                ServiceMapping.map(service("shop", "web", "None").build()).orElseThrow();
        assertThat(mapped.addresses()).isEmpty();
        assertThat(mapped.service().clusterIp()).isNull();
    }

    @Test
    void withoutSelectorOrUnderAnotherNameItIsLeftToOthers() {
        assertThat(ServiceMapping.map(service("shop", "web", "10.2.0.1")
                        .editSpec()
                        .withSelector(Map.of())
                        .endSpec()
                        .build()))
                .isEmpty();
        assertThat(ServiceMapping.map(service("shop", "web", "10.2.0.1")
                        .editSpec()
                        .withType("ExternalName")
                        .endSpec()
                        .build()))
                .isEmpty();
    }

    @Test
    void aPortOutOfRangeIsLeftOut() {
        assertThat(ServiceMapping.map(service("shop", "web", "10.2.0.1")
                                .editSpec()
                                .editFirstPort()
                                .withPort(70_000)
                                .endPort()
                                .endSpec()
                                .build())
                        .orElseThrow()
                        .service()
                        .ports())
                .isEmpty();
    }

    private static MappedService asking(ServiceBuilder service) {
        return ServiceMapping.map(service.build()).orElseThrow();
    }

    @Test
    void knowsWhatOnlyKubeProxyDoes() {
        assertThat(asking(service("shop", "web", "10.2.0.1")
                                .editSpec()
                                .withSessionAffinity("None")
                                .withInternalTrafficPolicy("Cluster")
                                .endSpec())
                        .forKubeProxy())
                .isFalse();
        assertThat(asking(affine("10.2.0.1")).forKubeProxy()).isTrue();
        assertThat(asking(service("shop", "web", "10.2.0.1")
                                .editSpec()
                                .withInternalTrafficPolicy("Local")
                                .endSpec())
                        .forKubeProxy())
                .isTrue();
        assertThat(asking(service("shop", "web", "10.2.0.1")
                                .editMetadata()
                                .addToAnnotations("service.kubernetes.io/topology-mode", "auto")
                                .endMetadata())
                        .forKubeProxy())
                .isTrue();
        assertThat(asking(affine("None")).forKubeProxy())
                .as("kube-proxy does nothing for a headless Service")
                .isFalse();
    }

    /** A Service that sends each client to one pod. */
    static ServiceBuilder affine(String address) {
        return service("shop", "web", address)
                .editSpec()
                .withSessionAffinity("ClientIP")
                .endSpec();
    }

    @Test
    void leadsToPodsThatAreNotReadyIfItSaysSo() {
        assertThat(asking(service("shop", "web", "10.2.0.1")).service().publishesNotReady())
                .isFalse();
        assertThat(asking(service("shop", "web", "10.2.0.1")
                                .editSpec()
                                .withPublishNotReadyAddresses(true)
                                .endSpec())
                        .service()
                        .publishesNotReady())
                .isTrue();
    }
}
