package dev.weft.kubernetes.status;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.registry.KubernetesRegistry;
import dev.weft.mesh.model.InboundMode;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;

/** The registry of a permissive installation. */
final class OpenRegistry {

    private OpenRegistry() {}

    static KubernetesRegistry of(KubernetesClient client) throws IOException {
        return KubernetesRegistry.open(client, TrustDomain.parse("cluster.local"), InboundMode.PERMISSIVE);
    }
}
