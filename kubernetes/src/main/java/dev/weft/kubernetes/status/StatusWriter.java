package dev.weft.kubernetes.status;

import static java.util.Objects.requireNonNull;

import dev.weft.kubernetes.follow.ApiKinds;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the status of objects. */
public final class StatusWriter {

    private StatusWriter() {}

    static boolean has(KubernetesClient client, GenericKubernetesResource live, Map<String, Object> status) {
        @Nullable Object present = live.getAdditionalProperties().get("status");
        return present != null && plain(client, status).equals(plain(client, present));
    }

    /** Converts a status to what the API server returns for it: numbers get the types that JSON parsing gives them. */
    private static Object plain(KubernetesClient client, Object status) {
        return client.getKubernetesSerialization()
                .unmarshal(client.getKubernetesSerialization().asJson(status), Map.class);
    }

    /**
     * Writes this status to the object, unless the object already has it.
     *
     * @return whether there is nothing more to write; false if another client wrote the object at the same moment
     */
    public static boolean write(
            KubernetesClient client,
            ResourceDefinitionContext kind,
            GenericKubernetesResource live,
            Map<String, Object> status) {
        if (has(client, live, status)) {
            return true;
        }
        // Without it the client reads the status first, which the control plane's role does not permit.
        requireNonNull(live.getMetadata().getResourceVersion(), "resourceVersion");
        live.setAdditionalProperty("status", status);
        try {
            client.genericKubernetesResources(kind).resource(live).updateStatus();
            return true;
        } catch (KubernetesClientException e) {
            if (!ApiKinds.isOvertaken(e)) {
                throw e;
            }
            return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
        }
    }
}
