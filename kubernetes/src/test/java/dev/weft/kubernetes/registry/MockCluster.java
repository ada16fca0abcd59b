package dev.weft.kubernetes.registry;

import dev.weft.files.yaml.ObjectWriter;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Revocation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.time.Duration;

/** An API server in memory that knows our kinds. */
public final class MockCluster {

    /** Does not let a test wait. */
    static final RegistryTimings QUICK = new RegistryTimings(
            Duration.ofMillis(5), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofMillis(50));

    private MockCluster() {}

    /** Has the API server know our kinds. */
    public static void expectKinds(KubernetesMockServer server) {
        for (WatchedKind kind : WatchedKind.values()) {
            if (kind.context().getGroup() != null) {
                server.expectCustomResource(new CustomResourceDefinitionContext.Builder()
                        .withGroup(kind.context().getGroup())
                        .withVersion(kind.context().getVersion())
                        .withKind(kind.word())
                        .withPlural(kind.context().getPlural())
                        .withScope(kind.namespaced() ? "Namespaced" : "Cluster")
                        .build());
            }
        }
    }

    /** A user writes an object. */
    static void put(KubernetesClient client, WatchedKind kind, String json) {
        GenericKubernetesResource object =
                client.getKubernetesSerialization().unmarshal(json, GenericKubernetesResource.class);
        client.genericKubernetesResources(kind.context()).resource(object).createOr(item -> item.update());
    }

    static void put(KubernetesClient client, Revocation revocation) {
        put(client, WatchedKind.REVOCATION, ObjectWriter.write(revocation));
    }

    static void remove(KubernetesClient client, WatchedKind kind, String name) {
        client.genericKubernetesResources(kind.context()).withName(name).delete();
    }

    static void remove(KubernetesClient client, WatchedKind kind, ObjectName name) {
        client.genericKubernetesResources(kind.context())
                .inNamespace(name.namespace())
                .withName(name.name())
                .delete();
    }
}
