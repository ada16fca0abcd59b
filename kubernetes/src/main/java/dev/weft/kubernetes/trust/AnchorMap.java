package dev.weft.kubernetes.trust;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ConfigMap with the trust anchors, as it must be in a namespace.
 *
 * @param anchors PEM of the anchors
 */
record AnchorMap(String namespace, String anchors, List<OwnerReference> owners) {

    private static final String TERMINATING = "Terminating";

    /** Whether a pod that mounts this ConfigMap finds these anchors. */
    static boolean has(@Nullable ConfigMap present, String anchors) {
        return present != null && Map.of(TrustPublisher.KEY, anchors).equals(present.getData());
    }

    /** Whether this namespace accepts no new objects, because it ends. */
    static boolean isEnding(Namespace namespace) {
        return namespace.getMetadata().getDeletionTimestamp() != null
                || (namespace.getStatus() != null
                        && TERMINATING.equals(namespace.getStatus().getPhase()));
    }

    boolean isLike(@Nullable ConfigMap present) {
        return present != null
                && has(present, anchors)
                && owners.equals(present.getMetadata().getOwnerReferences());
    }

    /**
     * Writes it. One that is there is updated first: a namespace whose quota of ConfigMaps is used up refuses each
     * creation, also of a name that exists already.
     *
     * @param exists whether it was there lately
     * @throws KubernetesClientException if the API server refuses, and the namespace does not end
     */
    void write(KubernetesClient client, boolean exists) {
        Resource<ConfigMap> wanted = client.resource(object());
        try {
            if (exists) {
                write(wanted::update, HttpURLConnection.HTTP_NOT_FOUND, wanted::create);
            } else {
                write(wanted::create, HttpURLConnection.HTTP_CONFLICT, wanted::update);
            }
        } catch (KubernetesClientException e) {
            if (!isGone(e)) {
                throw e;
            }
        }
    }

    private static void write(Runnable first, int refusal, Runnable second) {
        try {
            first.run();
        } catch (KubernetesClientException e) {
            if (e.getCode() != refusal) {
                throw e;
            }
            second.run();
        }
    }

    private ConfigMap object() {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(TrustPublisher.CONFIG_MAP)
                .withNamespace(namespace)
                .withLabels(TrustPublisher.LABELS)
                .withOwnerReferences(owners)
                .endMetadata()
                .withData(Map.of(TrustPublisher.KEY, anchors))
                .build();
    }

    /** Whether the namespace has ended, or is ending and accepts no new objects. */
    private static boolean isGone(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                || (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
                        && String.valueOf(e.getMessage()).contains("being terminated"));
    }
}
