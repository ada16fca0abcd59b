package dev.weft.kubernetes.registry;

import io.fabric8.kubernetes.api.model.Service;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a Service may ask of kube-proxy that sidecars do not do: they choose among all ready endpoints. */
public enum KubeProxyFeature {
    /** Every connection of a client goes to the same pod. */
    SESSION_AFFINITY("sessionAffinity", "ClientIP"),
    /** Only pods of the caller's node are called. */
    INTERNAL_TRAFFIC_POLICY("internalTrafficPolicy", "Local"),
    /** Zones get shares of the endpoints by the number of their processors. */
    TOPOLOGY_MODE("service.kubernetes.io/topology-mode", "Auto");

    private final String key;
    private final String value;

    KubeProxyFeature(String key, String value) {
        this.key = key;
        this.value = value;
    }

    /** Returns the field of {@code spec}, or the annotation, that asks for it. */
    public String key() {
        return key;
    }

    /** Whether the field or annotation has the value that asks for it. */
    public boolean asked(@Nullable String said) {
        return value.equalsIgnoreCase(said);
    }

    /** Returns field and value, as people write them. */
    @Override
    public String toString() {
        return key + ": " + value;
    }

    static List<KubeProxyFeature> of(Service service) {
        Map<String, String> annotations =
                Objects.requireNonNullElse(service.getMetadata().getAnnotations(), Map.of());
        return Arrays.stream(values())
                .filter(feature -> feature.asked(
                        switch (feature) {
                            case SESSION_AFFINITY -> service.getSpec().getSessionAffinity();
                            case INTERNAL_TRAFFIC_POLICY -> service.getSpec().getInternalTrafficPolicy();
                            case TOPOLOGY_MODE -> annotations.get(feature.key);
                        }))
                .toList();
    }
}
