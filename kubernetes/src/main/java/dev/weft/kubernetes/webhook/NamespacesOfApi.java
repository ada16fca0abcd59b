package dev.weft.kubernetes.webhook;

import static java.util.Objects.requireNonNull;

import dev.weft.kubernetes.inject.PodPatches;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads namespaces from the API server at each call. */
final class NamespacesOfApi implements Reviews.Namespaces {

    private final KubernetesClient client;

    NamespacesOfApi(KubernetesClient client) {
        this.client = requireNonNull(client, "client");
    }

    @Override
    public PodPatches.Namespace read(String name) throws IOException {
        @Nullable Namespace namespace;
        try {
            namespace = client.namespaces().withName(name).get();
        } catch (KubernetesClientException e) {
            throw new IOException("namespace " + name + " cannot be read: " + e.getMessage(), e);
        }
        if (namespace == null) {
            throw new IOException("there is no namespace " + name);
        }
        return new PodPatches.Namespace(
                name,
                Objects.requireNonNullElse(namespace.getMetadata().getLabels(), Map.of()),
                Objects.requireNonNullElse(namespace.getMetadata().getAnnotations(), Map.of()));
    }
}
