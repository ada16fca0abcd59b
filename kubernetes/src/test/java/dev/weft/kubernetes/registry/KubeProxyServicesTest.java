package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.ObjectName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import org.junit.jupiter.api.Test;

/** Services that ask for what only kube-proxy does. */
final class KubeProxyServicesTest {

    private static final ObjectName WEB = new ObjectName("shop", "web");
    private static final Service AFFINE = ServiceMappingTest.affine("10.2.0.1").build();
    private static final Pod UNMESHED =
            Pods.labelled(Pods.plain("shop", "web-0", "10.1.0.1"), "app", "web").build();

    private final MeshAssembly mesh = new MeshAssembly(TrustDomain.parse("cluster.local"), InboundMode.PERMISSIVE);

    private void there(WatchedKind kind, HasMetadata object) {
        mesh.apply(new ApiEvent(kind, object, false));
    }

    private void gone(WatchedKind kind, HasMetadata object) {
        mesh.apply(new ApiEvent(kind, object, true));
    }

    private boolean isOfTheMesh() {
        assertThat(mesh.snapshot().addresses().services().containsKey(WEB))
                .isEqualTo(mesh.snapshot().services().containsKey(WEB));
        return mesh.snapshot().services().containsKey(WEB);
    }

    @Test
    void oneOfUnmeshedPodsIsLeftToKubeProxyUntilAMeshedPodExists() {
        there(WatchedKind.SERVICE, AFFINE);
        assertThat(isOfTheMesh()).as("without pods").isTrue();
        there(WatchedKind.POD, UNMESHED);
        assertThat(isOfTheMesh()).isFalse();

        Pod created = Pods.labelled(Pods.meshed("shop", "web-1"), "app", "web").build();
        there(WatchedKind.POD, created);
        assertThat(isOfTheMesh())
                .as("before the pod has an address: nothing can call it in plaintext")
                .isTrue();
        gone(WatchedKind.POD, created);
        assertThat(isOfTheMesh()).isFalse();
        gone(WatchedKind.POD, UNMESHED);
        assertThat(isOfTheMesh()).isTrue();
    }

    /** A change of its selector, or of that pod's labels, would lead it to the meshed pod at once. */
    @Test
    void oneBesideAMeshedPodIsOfTheMesh() {
        there(WatchedKind.POD, UNMESHED);
        there(WatchedKind.SERVICE, AFFINE);
        Pod elsewhere = Pods.meshed("other", "api-1", "10.1.0.9").build();
        there(WatchedKind.POD, elsewhere);
        assertThat(isOfTheMesh()).isFalse();
        Pod beside = Pods.meshed("shop", "api-1", "10.1.0.9").build();
        there(WatchedKind.POD, beside);
        assertThat(isOfTheMesh()).isTrue();
        gone(WatchedKind.POD, elsewhere);
        assertThat(isOfTheMesh()).isTrue();
        gone(WatchedKind.POD, beside);
        assertThat(isOfTheMesh()).isFalse();
    }

    @Test
    void oneThatAsksForNothingIsOfTheMeshWhateverItsPodsAre() {
        there(WatchedKind.POD, UNMESHED);
        there(WatchedKind.SERVICE, AFFINE);
        assertThat(isOfTheMesh()).isFalse();
        there(
                WatchedKind.SERVICE,
                ServiceMappingTest.service("shop", "web", "10.2.0.1").build());
        assertThat(isOfTheMesh()).isTrue();
    }

    @Test
    void oneThatARouteNamesIsOfTheMesh() {
        there(WatchedKind.POD, UNMESHED);
        there(WatchedKind.SERVICE, AFFINE);
        HasMetadata asParent = route("web", "api");
        there(WatchedKind.HTTP_ROUTE, asParent);
        assertThat(isOfTheMesh()).as("its routes count").isTrue();
        there(WatchedKind.HTTP_ROUTE, route("api", "web"));
        assertThat(isOfTheMesh()).as("a route leads to it").isTrue();
        there(WatchedKind.HTTP_ROUTE, route("api", "api"));
        assertThat(isOfTheMesh()).isFalse();
        there(WatchedKind.HTTP_ROUTE, asParent);
        gone(WatchedKind.HTTP_ROUTE, asParent);
        assertThat(isOfTheMesh()).isFalse();
    }

    @Test
    void theRouteMayComeFirst() {
        there(WatchedKind.HTTP_ROUTE, route("web", "web"));
        there(WatchedKind.POD, UNMESHED);
        there(WatchedKind.SERVICE, AFFINE);
        assertThat(isOfTheMesh()).isTrue();
    }

    private static HasMetadata route(String parent, String backend) {
        return Customs.object(WatchedKind.HTTP_ROUTE, "r", """
                {"parentRefs": [{"group": "", "kind": "Service", "name": "%s"}],
                 "rules": [{"backendRefs": [{"name": "%s", "port": 80}]}]}
                """.formatted(parent, backend));
    }
}
