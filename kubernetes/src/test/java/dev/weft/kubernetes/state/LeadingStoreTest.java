package dev.weft.kubernetes.state;

import dev.weft.contracts.StoreContract;
import dev.weft.kubernetes.mock.MockApi;
import dev.weft.mesh.state.Store;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract of stores, of what a leader writes. */
@ExtendWith(MockApi.class)
final class LeadingStoreTest extends StoreContract {

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesClient client;

    @BeforeEach
    void beginToLead() throws IOException {
        new KubernetesStore(client, "weft-system").raise(3);
    }

    @Override
    protected Store store() {
        return new KubernetesStore(client, "weft-system").leading(() -> 3);
    }

    @Override
    protected boolean removedByHand(String entry) {
        return KubernetesStoreTest.removedByHand(client, entry);
    }
}
