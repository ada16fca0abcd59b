package dev.weft.kubernetes.registry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Workload;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which callers the workloads of a strict installation accept. */
final class InstalledInboundTest {

    private final MeshAssembly mesh = new MeshAssembly(TrustDomain.parse("cluster.local"), InboundMode.STRICT);

    private void there(WatchedKind kind, HasMetadata object) {
        mesh.apply(new ApiEvent(kind, object, false));
    }

    private void namespace(Map<String, String> annotations) {
        there(WatchedKind.NAMESPACE, NamespaceMappingTest.shop(annotations));
    }

    private InboundMode of(String name) {
        Workload workload = requireNonNull(mesh.snapshot().workloads().get(new ObjectName("shop", name)));
        return mesh.snapshot().inboundMode(workload);
    }

    /** A pod has no annotation if no policy made it. */
    @Test
    void holdsForPodsAndMachinesThatSayNothing() {
        namespace(Map.of());
        there(WatchedKind.POD, Pods.meshed("shop", "web-1", "10.1.0.1").build());
        there(WatchedKind.WORKLOAD, Customs.machine("db", "192.0.2.7"));
        assertThat(of("web-1")).isEqualTo(InboundMode.STRICT);
        assertThat(of("db")).isEqualTo(InboundMode.STRICT);
    }

    @Test
    void givesWayToTheNamespaceAndHoldsAgainWithoutItsAnnotation() {
        there(WatchedKind.POD, Pods.meshed("shop", "web-1", "10.1.0.1").build());
        there(WatchedKind.WORKLOAD, Customs.machine("db", "192.0.2.7"));
        namespace(Map.of("weft.dev/inbound", "permissive"));
        assertThat(of("web-1")).isEqualTo(InboundMode.PERMISSIVE);
        assertThat(of("db")).isEqualTo(InboundMode.PERMISSIVE);

        namespace(Map.of());
        assertThat(of("web-1")).isEqualTo(InboundMode.STRICT);
        assertThat(of("db")).isEqualTo(InboundMode.STRICT);
    }

    @Test
    void givesWayToThePod() {
        namespace(Map.of());
        there(
                WatchedKind.POD,
                Pods.annotated(Map.of("weft.dev/inbound", "permissive")).build());
        assertThat(of("web-1")).isEqualTo(InboundMode.PERMISSIVE);
    }
}
