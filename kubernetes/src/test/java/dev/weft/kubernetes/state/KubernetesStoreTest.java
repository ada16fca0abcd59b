package dev.weft.kubernetes.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.StoreContract;
import dev.weft.kubernetes.mock.MockApi;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.Version;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract of stores, and what holds for Secrets alone. */
@ExtendWith(MockApi.class)
final class KubernetesStoreTest extends StoreContract {

    private static final Store.EntryOptions OPTIONS = Store.EntryOptions.secret(16);

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesClient client;

    @Override
    protected Store store() {
        return new KubernetesStore(client, "weft-system");
    }

    @Override
    protected boolean removedByHand(String entry) {
        return removedByHand(client, entry);
    }

    /** Deletes the Secret of an entry; returns whether there was one. */
    static boolean removedByHand(KubernetesClient client, String entry) {
        return !client.secrets()
                .inNamespace("weft-system")
                .withName("weft-state-" + entry.replace('/', '.'))
                .delete()
                .isEmpty();
    }

    @Test
    void keepsAnEntryInASecretOfItsOwn() throws Exception {
        store().entry("pending/ab.json", OPTIONS).compareAndSet(Version.ABSENT, "value\n");
        Secret secret = client.secrets()
                .inNamespace("weft-system")
                .withName("weft-state-pending.ab.json")
                .get();
        assertThat(secret.getMetadata().getLabels()).containsEntry("weft.dev/state", "true");
        assertThat(secret.getType()).isEqualTo("weft.dev/state");
    }

    @Test
    void anotherProcessSeesWhatWasWrittenAndFollowsIt() throws Exception {
        Version first =
                store().entry("a", OPTIONS).compareAndSet(Version.ABSENT, "1\n").orElseThrow();
        Entry other = store().entry("a", OPTIONS);
        assertThat(other.read().orElseThrow().version()).isEqualTo(first);
        assertThat(other.compareAndSet(first, "2\n")).isPresent();
        assertThat(store().entry("a", OPTIONS).compareAndSet(first, "3\n")).isEmpty();
    }

    @Test
    void refusesAValueThatIsTooLongOrNotThere() throws Exception {
        Entry entry = store().entry("a", OPTIONS);
        assertThatThrownBy(() -> entry.compareAndSet(Version.ABSENT, "x".repeat(17)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("at most 16");
        entry.compareAndSet(Version.ABSENT, "1\n");
        edit(Map.of("other", "MQo="));
        assertThatThrownBy(entry::read).isInstanceOf(StateException.class).hasMessageContaining("value");
        edit(Map.of("value", "/w=="));
        assertThatThrownBy(entry::read).isInstanceOf(StateException.class).hasMessageContaining("damaged");
    }

    @Test
    void refusesNamesThatNoSecretCanHave() {
        for (String name : new String[] {"A", "../a", "a/b/c", "", "a_b"}) {
            assertThatThrownBy(() -> store().entry(name, OPTIONS)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private void edit(Map<String, String> data) {
        client.secrets().inNamespace("weft-system").withName("weft-state-a").edit(secret -> {
            secret.setData(data);
            return secret;
        });
    }
}
