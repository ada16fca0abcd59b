package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.ObjectName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which pods should have a sidecar but have none. */
final class MissingSidecarsTest {

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

    @Test
    void knowsThePodsThatShouldHaveASidecarByTheirOwnLabelAndTheirNamespaces() {
        there(WatchedKind.POD, Pods.plain("shop", "bare", "10.1.0.1").build());
        there(WatchedKind.POD, Pods.meshed("shop", "meshed", "10.1.0.2").build());
        there(WatchedKind.POD, labelled("asks", "enabled"));
        there(WatchedKind.POD, labelled("disabled", "disabled"));
        there(
                WatchedKind.POD,
                Pods.terminating(Pods.plain("shop", "ending", "10.1.0.3")).build());
        there(
                WatchedKind.POD,
                Pods.plain("shop", "ended")
                        .editStatus()
                        .withPhase("Succeeded")
                        .endStatus()
                        .build());
        there(
                WatchedKind.POD,
                Pods.plain("shop", "host")
                        .editSpec()
                        .withHostNetwork(true)
                        .endSpec()
                        .build());
        assertThat(mesh.missingSidecars()).containsExactly(new UnmeshedPod(shop("asks"), "shop/asks", true));

        there(WatchedKind.NAMESPACE, namespace(Map.of("weft.dev/inject", "enabled")));
        assertThat(mesh.missingSidecars())
                .containsExactly(
                        new UnmeshedPod(shop("asks"), "shop/asks", true),
                        new UnmeshedPod(shop("bare"), "shop/bare", false));

        there(WatchedKind.NAMESPACE, namespace(Map.of()));
        gone(WatchedKind.POD, labelled("asks", "enabled"));
        assertThat(mesh.missingSidecars()).isEmpty();
    }

    /** It ends before the pod runs. */
    @Test
    void anInitContainerWithTheSidecarsNameIsNone() {
        there(WatchedKind.NAMESPACE, namespace(Map.of("weft.dev/inject", "enabled")));
        there(
                WatchedKind.POD,
                Pods.plain("shop", "named", "10.1.0.5")
                        .editSpec()
                        .addNewInitContainer()
                        .withName("weft-proxy")
                        .endInitContainer()
                        .endSpec()
                        .build());
        assertThat(mesh.missingSidecars()).containsExactly(new UnmeshedPod(shop("named"), "shop/named", false));
    }

    private static Pod labelled(String name, String inject) {
        return Pods.labelled(Pods.plain("shop", name, "10.1.0.9"), "weft.dev/inject", inject)
                .build();
    }

    private static HasMetadata namespace(Map<String, String> labels) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName("shop")
                .withLabels(labels)
                .endMetadata()
                .build();
    }
}
