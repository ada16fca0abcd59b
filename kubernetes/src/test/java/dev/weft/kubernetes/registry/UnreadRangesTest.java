package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.InboundMode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A TrustDomain object of which not even the address ranges can be read. */
final class UnreadRangesTest {

    private static final TrustDomain OTHER = TrustDomain.parse("other.example");

    private final MeshAssembly mesh = new MeshAssembly(TrustDomain.parse("cluster.local"), InboundMode.PERMISSIVE);

    private void there(WatchedKind kind, String name, String spec) {
        mesh.apply(new ApiEvent(kind, Customs.object(kind, name, spec), false));
    }

    private void gone(WatchedKind kind, String name) {
        mesh.apply(new ApiEvent(kind, Customs.object(kind, name, "{}"), true));
    }

    @Test
    void isUnknownThoughAnOperatorDisabledIt() {
        String broken = "{\"anchors\":\"none\",\"discovery\":{\"addresses\":[],\"ranges\":[\"there\"]}}";
        there(WatchedKind.TRUST_DOMAIN, "other.example", broken);
        assertThat(mesh.trust().silent()).singleElement().asString().contains("TrustDomain other.example");
        GenericKubernetesResource object = Customs.object(WatchedKind.TRUST_DOMAIN, "other.example", broken);
        object.getMetadata().setAnnotations(Map.of(OperatorMarks.DISABLED, "stolen"));
        mesh.apply(new ApiEvent(WatchedKind.TRUST_DOMAIN, object, false));
        assertThat(Objects.requireNonNull(mesh.snapshot().trustDomains().get(OTHER))
                        .state())
                .isEqualTo(TrustBundle.State.DISABLED);
        assertThat(mesh.trust().silent()).hasSize(1);
        gone(WatchedKind.TRUST_DOMAIN, "other.example");
        assertThat(mesh.trust().silent()).isEmpty();
    }
}
