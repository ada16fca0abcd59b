package dev.weft.kubernetes.state;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.contracts.StoreContract;
import dev.weft.mesh.state.Store;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The contract of stores, against the API server of the cluster that KUBECONFIG names. */
final class KubernetesStoreOnAClusterTest extends StoreContract {

    private static final String NAMESPACE = "weft-store-test";

    private static @Nullable KubernetesClient client;

    @BeforeAll
    static void connect() {
        assumeTrue(System.getenv("KUBECONFIG") != null, "KUBECONFIG names no cluster: skipped");
        client = new KubernetesClientBuilder().build();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .createOr(namespace -> namespace.update());
    }

    @BeforeEach
    void empty() {
        connected().secrets().inNamespace(NAMESPACE).withLabel("weft.dev/state").delete();
    }

    @AfterAll
    static void disconnect() {
        if (client != null) {
            client.namespaces().withName(NAMESPACE).delete();
            client.close();
        }
    }

    private static KubernetesClient connected() {
        return Objects.requireNonNull(client, "client");
    }

    @Override
    protected Store store() {
        return new KubernetesStore(connected(), NAMESPACE);
    }
}
