package dev.weft.kubernetes.registry;

import dev.weft.daemon.json.Json;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Objects of our own kinds as an API server has them. */
final class Customs {

    private Customs() {}

    /** @param spec as JSON */
    static GenericKubernetesResource object(WatchedKind kind, String name, String spec) {
        GenericKubernetesResource object = new GenericKubernetesResource();
        object.setApiVersion(kind.context().getGroup() + "/" + kind.context().getVersion());
        object.setKind(kind.word());
        object.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(kind.namespaced() ? "shop" : null)
                .withUid(kind + name)
                .withResourceVersion("1")
                .withAnnotations(Map.of("kubectl.kubernetes.io/last-applied-configuration", "x".repeat(10_000)))
                .build());
        object.setAdditionalProperty("spec", Objects.requireNonNull(Json.read(spec)));
        object.setAdditionalProperty("status", Map.of("conditions", List.of()));
        return object;
    }

    static GenericKubernetesResource machine(String name, String... addresses) {
        return object(
                WatchedKind.WORKLOAD,
                name,
                Json.write(Map.of("serviceAccount", "machine", "addresses", List.of(addresses))));
    }
}
