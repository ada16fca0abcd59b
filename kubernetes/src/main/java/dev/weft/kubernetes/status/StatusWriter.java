package dev.weft.kubernetes.status;

import static java.util.Objects.requireNonNull;

import dev.weft.mesh.kind.Kind;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the status of objects of one kind of {@code weft.dev} or of the Gateway API. */
final class StatusWriter {

    private final KubernetesClient client;
    private final ResourceDefinitionContext kind;

    StatusWriter(KubernetesClient client, ResourceDefinitionContext kind) {
        this.client = client;
        this.kind = kind;
    }

    /** Returns the definition of a kind for the Kubernetes client. */
    static ResourceDefinitionContext context(Kind kind) {
        return new ResourceDefinitionContext.Builder()
                .withGroup(kind.group())
                .withVersion(kind.version())
                .withKind(kind.kindName())
                .withPlural(kind.plural())
                .withNamespaced(kind.namespaced())
                .build();
    }

    /** Whether the object already has this status. */
    boolean has(GenericKubernetesResource live, Map<String, Object> status) {
        @Nullable Object present = live.getAdditionalProperties().get("status");
        return present != null && plain(status).equals(plain(present));
    }

    /** Converts a status to what the API server returns for it: numbers get the types that JSON parsing gives them. */
    private Object plain(Object status) {
        return client.getKubernetesSerialization()
                .unmarshal(client.getKubernetesSerialization().asJson(status), Map.class);
    }

    /**
     * Writes this status to the object, unless the object already has it.
     *
     * @return whether there is nothing more to write; false if another client wrote the object at the same moment
     */
    boolean write(GenericKubernetesResource live, Map<String, Object> status) {
        if (has(live, status)) {
            return true;
        }
        // Without it the client reads the status first, which the control plane's role does not permit.
        requireNonNull(live.getMetadata().getResourceVersion(), "resourceVersion");
        live.setAdditionalProperty("status", status);
        try {
            @Nullable String namespace = live.getMetadata().getNamespace();
            if (namespace == null) {
                client.genericKubernetesResources(kind).resource(live).updateStatus();
            } else {
                client.genericKubernetesResources(kind)
                        .inNamespace(namespace)
                        .resource(live)
                        .updateStatus();
            }
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
        }
    }
}
