package dev.weft.kubernetes.registry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.analyze.Analysis;
import dev.weft.control.analyze.TrustContext;
import dev.weft.daemon.json.Json;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.ObjectName;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which of several Workload objects has an address, and what the others are told. */
final class ContestedAddressesTest {

    private static final String ADDRESS = "192.0.2.7";

    private static final TrustDomain OWN = TrustDomain.parse("cluster.local");

    private final MeshAssembly mesh = new MeshAssembly(OWN, InboundMode.PERMISSIVE);

    @Test
    void anUnmeshedOneNeverTakesItFromAMeshedOne() {
        there("aaa", "2020-01-01T00:00:00Z", false);
        there("db", "2026-01-01T00:00:00Z", true);
        assertThat(addresses("db")).containsExactly(ADDRESS);
        assertThat(addresses("aaa")).isEmpty();
        assertThat(mesh.errors())
                .singleElement()
                .asString()
                .contains("Workload shop/aaa", "WEFT-C137", ADDRESS, "Workload shop/db");

        mesh.apply(new ApiEvent(WatchedKind.WORKLOAD, object("db", "", true), true));
        assertThat(addresses("aaa")).containsExactly(ADDRESS);
        assertThat(mesh.errors()).isEmpty();
    }

    @Test
    void ofTwoMeshedOnesTheOlderHasIt() {
        there("db", "2026-01-01T00:00:00Z", true);
        there("aaa", "2026-01-02T00:00:00Z", true);
        assertThat(addresses("db")).containsExactly(ADDRESS);
        assertThat(addresses("aaa")).isEmpty();
        assertThat(mesh.errors()).singleElement().asString().contains("Workload shop/aaa", "Workload shop/db");
    }

    @Test
    void aPodsOwnAddressIsToldToWhoeverWroteItDown() {
        there("db", "2026-01-01T00:00:00Z", true);
        mesh.apply(new ApiEvent(
                WatchedKind.POD, Pods.meshed("shop", "web-1", ADDRESS).build(), false));
        assertThat(mesh.errors()).singleElement().asString().contains("Workload shop/db", "Pod shop/web-1");
        mesh.apply(new ApiEvent(
                WatchedKind.POD, Pods.meshed("shop", "web-1", ADDRESS).build(), true));
        assertThat(mesh.errors()).isEmpty();
        there("db", "2026-01-01T00:00:00Z", true);
        there("aaa", "2026-01-02T00:00:00Z", true);
        mesh.apply(new ApiEvent(WatchedKind.WORKLOAD, object("aaa", "", true), true));
        assertThat(mesh.errors()).as("of what is gone nothing is told").isEmpty();
    }

    @Test
    void anAddressOfAServiceIsToldToTheWorkloadThatWroteItDown() {
        there("db", "2020-01-01T00:00:00Z", true);
        Service service = new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("api")
                .endMetadata()
                .withNewSpec()
                .withClusterIP(ADDRESS)
                .withClusterIPs(ADDRESS)
                .addToSelector("app", "api")
                .endSpec()
                .build();
        mesh.apply(new ApiEvent(WatchedKind.SERVICE, service, false));
        assertThat(mesh.errors())
                .singleElement()
                .asString()
                .contains("Workload shop/db", "WEFT-C137", ADDRESS, "Service shop/api");
        assertThat(addresses("db")).isEmpty();
        assertThat(Analysis.of(mesh.snapshot(), TrustContext.only(OWN)))
                .filteredOn(finding -> finding.code().equals("WEFT-C137"))
                .as("the same in weft analyze")
                .singleElement()
                .asString()
                .contains("Workload shop/db", "Service shop/api");
        there("db", "2020-01-01T00:00:00Z", true);
        assertThat(mesh.errors()).as("also when the Service was first").hasSize(1);

        mesh.apply(new ApiEvent(WatchedKind.SERVICE, service, true));
        assertThat(mesh.errors()).isEmpty();
        assertThat(addresses("db")).containsExactly(ADDRESS);
    }

    /** As {@code kubernetes.default}: without it no pod would reach the API server. */
    @Test
    void neitherIsTheAddressOfAServiceThatTheMeshLeavesOut() {
        mesh.apply(new ApiEvent(
                WatchedKind.SERVICE,
                new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName("kubernetes")
                        .endMetadata()
                        .withNewSpec()
                        .withClusterIP(ADDRESS)
                        .endSpec()
                        .build(),
                false));
        there("thief", "2020-01-01T00:00:00Z", true);
        assertThat(addresses("thief")).isEmpty();
        assertThat(mesh.errors()).singleElement().asString().contains("Workload shop/thief", "default/kubernetes");
    }

    private void there(String name, String since, boolean meshed) {
        mesh.apply(new ApiEvent(WatchedKind.WORKLOAD, object(name, since, meshed), false));
    }

    private static GenericKubernetesResource object(String name, String since, boolean meshed) {
        GenericKubernetesResource object = Customs.object(
                WatchedKind.WORKLOAD,
                name,
                Json.write(Map.of("serviceAccount", name, "meshed", meshed, "addresses", List.of(ADDRESS))));
        object.getMetadata().setCreationTimestamp(since);
        return object;
    }

    private List<String> addresses(String name) {
        return mesh.snapshot()
                .addressesOf(requireNonNull(mesh.snapshot().workloads().get(new ObjectName("shop", name))));
    }
}
