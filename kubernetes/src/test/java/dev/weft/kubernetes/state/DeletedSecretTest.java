package dev.weft.kubernetes.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.kubernetes.mock.MockApi;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.Version;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Secrets of the state that somebody else deletes. */
@ExtendWith(MockApi.class)
final class DeletedSecretTest {

    private static final String NAMESPACE = "weft-system";
    private static final String RETIRED = "retired.json";
    private static final String MACHINE = "machines/a.json";
    private static final int MANY = 20;
    private static final String SEGMENT = "descents/a";
    private static final Store.EntryOptions OPTIONS = Store.EntryOptions.secret(64);

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesMockServer server;

    @Test
    void aRunningReplicaReportsItUntilItIsPutBack() throws Exception {
        KubernetesStore store = store();
        store.raise(1);
        write(store.leading(() -> 1), RETIRED);
        write(store, MACHINE);
        Set<String> heard = ConcurrentHashMap.newKeySet();
        try (Entry.Watch _ = store.follow("descents", heard::add)) {
            write(store(), SEGMENT);
            Waiting.until("it follows", () -> heard.contains(SEGMENT));
            List<Secret> copies = List.of(delete(RETIRED), delete(MACHINE));
            Waiting.until(() -> store.problems().size() == 2);
            assertThat(store.leading(() -> 1).problems())
                    .allSatisfy(problem -> assertThat(problem).startsWith("WEFT-C093: Secret weft-system/weft-state-"));
            for (Secret copy : copies) {
                copy.getMetadata().setResourceVersion(null);
                client.resource(copy).inNamespace(NAMESPACE).create();
            }
            Waiting.until(() -> store.problems().isEmpty());
        }
        assertThat(store.entry(MACHINE, OPTIONS).read()).isPresent();
    }

    @Test
    void aReplicaThatStartsMissesItToo() throws Exception {
        KubernetesStore former = store();
        former.raise(1);
        write(former.leading(() -> 1), RETIRED);
        write(former, MACHINE);
        delete(RETIRED);
        delete(MACHINE);

        KubernetesStore store = store();
        store.raise(2);
        assertThatThrownBy(store.leading(() -> 2).entry(RETIRED, OPTIONS)::read)
                .isInstanceOf(StateException.class)
                .hasMessageContaining("missing");
        assertThat(store.names("machines")).containsExactly(MACHINE);
        assertThatThrownBy(store.entry(MACHINE, OPTIONS)::read).isInstanceOf(StateException.class);
        assertThat(store.problems()).hasSize(2);

        client.secrets().inNamespace(NAMESPACE).withName(StateIndex.SECRET).delete();
        assertThat(store.entry(MACHINE, OPTIONS).read())
                .as("to continue without it")
                .isEmpty();
        Waiting.until("it is no longer reported", () -> store.problems().isEmpty());
    }

    /** Segments are many, each for a time only, and are merged. */
    @Test
    void aReplicaStartsWithoutASegmentOfDescentsAndReportsIt() throws Exception {
        KubernetesStore former = store();
        former.raise(1);
        write(former, SEGMENT);
        delete(SEGMENT);

        KubernetesStore store = store();
        assertThat(store.names("descents")).isEmpty();
        assertThat(store.problems()).singleElement().asString().contains("weft-state-descents.a");
    }

    @Test
    void manyThatAreGoneCostOneListOfTheState() throws Exception {
        KubernetesStore store = store();
        store.raise(1);
        for (int i = 0; i < MANY; i++) {
            write(store, "machines/m" + i + ".json");
        }
        client.secrets()
                .inNamespace(NAMESPACE)
                .withLabels(KubernetesStore.LABELS)
                .delete();
        StateIndex index = new StateIndex(client, NAMESPACE);
        int before = server.getRequestCount();
        for (int i = 0; i < MANY; i++) {
            assertThat(index.guards("machines/m" + i + ".json")).isTrue();
        }
        assertThat(server.getRequestCount() - before)
                .as("the index for each, and one list")
                .isEqualTo(MANY + 1);
    }

    @Test
    void anIndexThatIsMadeAgainGuardsWhileTheLeaderStays() throws Exception {
        KubernetesStore store = store();
        store.raise(1);
        client.secrets().inNamespace(NAMESPACE).withName(StateIndex.SECRET).delete();
        write(store, MACHINE);
        delete(MACHINE);
        assertThatThrownBy(store.entry(MACHINE, OPTIONS)::read).isInstanceOf(StateException.class);
    }

    @Test
    void whatCouldNotBeListedAndIsGoneSinceIsNotListedLater() throws Exception {
        StateIndex index = new StateIndex(client, NAMESPACE);
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName(StateIndex.SECRET)
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .withData(Map.of("entries", "?"))
                        .build())
                .create();
        assertThatThrownBy(() -> index.add(List.of(MACHINE))).isInstanceOf(StateException.class);
        client.secrets().inNamespace(NAMESPACE).withName(StateIndex.SECRET).delete();
        write(store(), SEGMENT);
        index.add(List.of(SEGMENT));
        assertThat(index.names()).containsExactly(SEGMENT);
    }

    /** It deletes entries of folders without changing the index, which it does not know. */
    @Test
    void whatAnEarlierVersionDeletedWhileItLedIsNotMissed() throws Exception {
        KubernetesStore store = store();
        store.raise(1);
        write(store, MACHINE);
        StateSecret.raise(client, NAMESPACE, "anchors", 2);
        delete(MACHINE);

        KubernetesStore next = store();
        assertThat(next.names("machines")).isEmpty();
        assertThat(next.entry(MACHINE, OPTIONS).read()).isEmpty();
        next.raise(3);
        assertThat(next.entry(MACHINE, OPTIONS).read()).isEmpty();
        assertThat(next.problems()).isEmpty();
        assertThat(new StateIndex(client, NAMESPACE).names()).doesNotContain(MACHINE);
    }

    @Test
    void allSecretsWithTheLabelsOfTheStateAreMissed() throws Exception {
        KubernetesStore store = store();
        store.raise(1);
        write(store.leading(() -> 1), "anchors");
        client.secrets()
                .inNamespace(NAMESPACE)
                .withLabels(KubernetesStore.LABELS)
                .delete();

        KubernetesStore next = store();
        next.raise(2);
        assertThatThrownBy(next.leading(() -> 2).entry("anchors", OPTIONS)::read)
                .isInstanceOf(StateException.class);
    }

    @Test
    void aStoreOfAnEarlierVersionIsListedWhenAReplicaBeginsToLead() throws Exception {
        KubernetesStore earlier = store();
        write(earlier.leading(() -> 1), RETIRED);
        write(earlier, MACHINE);
        client.secrets().inNamespace(NAMESPACE).withName(StateIndex.SECRET).delete();

        KubernetesStore store = store();
        store.raise(2);
        assertThat(store.entry(MACHINE, OPTIONS).read()).isPresent();
        delete(MACHINE);
        assertThatThrownBy(store.entry(MACHINE, OPTIONS)::read).isInstanceOf(StateException.class);
    }

    @Test
    void whatThisStoreDeletesIsNotMissed() throws Exception {
        KubernetesStore store = store();
        write(store, MACHINE);
        Entry machine = store.entry(MACHINE, OPTIONS);
        assertThat(machine.delete(machine.read().orElseThrow().version())).isTrue();
        assertThat(machine.read()).isEmpty();
        assertThat(store.names("machines")).isEmpty();
        assertThat(client.secrets()
                        .inNamespace(NAMESPACE)
                        .withName(StateSecret.nameOf(MACHINE))
                        .get())
                .isNull();
        write(store, MACHINE);
        machine.discard();
        assertThat(machine.read()).isEmpty();
        assertThat(new StateIndex(client, NAMESPACE).names()).isEmpty();
    }

    private KubernetesStore store() {
        return new KubernetesStore(client, NAMESPACE, Duration.ZERO);
    }

    private static void write(Store store, String name) throws Exception {
        assertThat(store.entry(name, OPTIONS).compareAndSet(Version.ABSENT, "1\n"))
                .isPresent();
    }

    private Secret delete(String name) {
        var secret = client.secrets().inNamespace(NAMESPACE).withName(StateSecret.nameOf(name));
        Secret copy = secret.get();
        secret.delete();
        return copy;
    }
}
