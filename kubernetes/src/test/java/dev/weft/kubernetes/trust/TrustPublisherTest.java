package dev.weft.kubernetes.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.lead.Leadership;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import dev.weft.kubernetes.mock.MockApi;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.dsl.TimesOnceableOrHttpHeaderable;
import java.net.HttpURLConnection;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(MockApi.class)
final class TrustPublisherTest {

    private final X509Certificate first = anchor("First");
    private final X509Certificate second = anchor("Second");

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesMockServer server;

    @Test
    void writesTheAnchorsIntoEveryNamespaceAlsoALaterOne() throws Exception {
        namespace("shop");
        try (TrustPublisher publisher = start()) {
            publisher.publish(() -> List.of(first));
            awaitIn("shop", List.of(first));
            namespace("bank");
            awaitIn("bank", List.of(first));
        }
    }

    @Test
    void replacesThemInARotation() throws Exception {
        namespace("shop");
        try (TrustPublisher publisher = start()) {
            publisher.publish(() -> List.of(first));
            awaitIn("shop", List.of(first));
            publisher.publish(() -> List.of(first, second));
            awaitIn("shop", List.of(first, second));
        }
    }

    @Test
    void writesAgainWhatSomebodyChangedOrDeleted() throws Exception {
        namespace("shop");
        try (TrustPublisher publisher = start()) {
            publisher.publish(() -> List.of(first));
            awaitIn("shop", List.of(first));
            client.configMaps()
                    .inNamespace("shop")
                    .withName(TrustPublisher.CONFIG_MAP)
                    .edit(map -> {
                        map.setData(Map.of(TrustPublisher.KEY, "another anchor"));
                        return map;
                    });
            awaitIn("shop", List.of(first));
            client.configMaps()
                    .inNamespace("shop")
                    .withName(TrustPublisher.CONFIG_MAP)
                    .delete();
            awaitIn("shop", List.of(first));
        }
    }

    /** Whoever removes Weft deletes its namespace, and Kubernetes deletes what the namespace owns. */
    @Test
    void theControlPlanesNamespaceOwnsWhatIsWrittenAlsoByAnEarlierVersion() throws Exception {
        namespace("weft-system");
        String uid =
                client.namespaces().withName("weft-system").get().getMetadata().getUid();
        namespace("shop");
        namespace("bank");
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace("bank")
                        .withName(TrustPublisher.CONFIG_MAP)
                        .endMetadata()
                        .withData(Map.of(TrustPublisher.KEY, Pem.encodeCertificates(List.of(first))))
                        .build())
                .create();
        try (TrustPublisher publisher = start()) {
            publisher.publish(() -> List.of(first));
            for (String namespace : List.of("shop", "bank")) {
                Waiting.until(() -> owners(namespace).equals(List.of("Namespace weft-system " + uid)));
            }
        }
    }

    private List<String> owners(String namespace) {
        ConfigMap map = client.configMaps()
                .inNamespace(namespace)
                .withName(TrustPublisher.CONFIG_MAP)
                .get();
        return map == null
                ? List.of()
                : map.getMetadata().getOwnerReferences().stream()
                        .map(owner -> owner.getKind() + " " + owner.getName() + " " + owner.getUid())
                        .toList();
    }

    /** The API server looks at the quota before it looks whether the object is there already. */
    @Test
    void updatesTheAnchorsOfANamespaceThatMayHaveNoMoreConfigMaps() throws Exception {
        namespace("shop");
        try (TrustPublisher publisher = start()) {
            publisher.publish(() -> List.of(first));
            awaitIn("shop", List.of(first));
            Waiting.until(() -> publisher.unpublished().isEmpty());
            refuse().always();
            publisher.publish(() -> List.of(first, second));
            awaitIn("shop", List.of(first, second));
        }
    }

    @Test
    void reportsANamespaceThatCannotBeWrittenUntilItCan() throws Exception {
        refuse().once();
        namespace("shop");
        try (TrustPublisher publisher = start()) {
            publisher.publish(() -> List.of(first));
            Waiting.until(() -> publisher.unpublished().stream()
                    .anyMatch(place -> !place.problem().isEmpty()));
            assertThat(publisher.unpublished()).singleElement().satisfies(place -> {
                assertThat(place.place()).isEqualTo("configmap/shop/weft-trust");
                assertThat(place.problem()).startsWith("WEFT-K024: ").contains("shop/weft-trust", "exceeded quota");
            });
            publisher.publish(() -> List.of(first, second));
            awaitIn("shop", List.of(first, second));
            Waiting.until(() -> publisher.unpublished().isEmpty());
        }
    }

    /** Such as one whose admission webhook is down; the thread has other namespaces to write. */
    @Test
    void aNamespaceThatFailsIsNotTriedAgainAtOnce() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        server.expect()
                .post()
                .withPath("/api/v1/namespaces/shop/configmaps")
                .andReply(HttpURLConnection.HTTP_INTERNAL_ERROR, _ -> {
                    attempts.incrementAndGet();
                    return "";
                })
                .always();
        namespace("shop");
        try (TrustPublisher publisher = start()) {
            publisher.publish(() -> List.of(first));
            Waiting.until(() -> publisher.unpublished().stream()
                    .anyMatch(place -> !place.problem().isEmpty()));
            assertThat(attempts).hasValueLessThanOrEqualTo(2);
        }
    }

    /** Some platforms refuse every write to kube-system, and nothing there mounts it. */
    @Test
    void aNamespaceWithoutSidecarsIsNotWaitedFor() throws Exception {
        server.expect()
                .post()
                .withPath("/api/v1/namespaces/kube-system/configmaps")
                .andReturn(HttpURLConnection.HTTP_FORBIDDEN, new StatusBuilder().build())
                .always();
        namespace("kube-system");
        namespace("shop");
        try (TrustPublisher publisher = start()) {
            publisher.publish(() -> List.of(first));
            awaitIn("shop", List.of(first));
            Waiting.until(() -> publisher.unpublished().isEmpty());
        }
    }

    @Test
    void aNamespaceThatIsGoneIsNoProblem() throws Exception {
        refuse().always();
        namespace("shop");
        try (TrustPublisher publisher = start()) {
            publisher.publish(() -> List.of(first));
            Waiting.until(() -> publisher.unpublished().stream()
                    .anyMatch(place -> !place.problem().isEmpty()));
            client.namespaces().withName("shop").delete();
            Waiting.until(() -> publisher.unpublished().isEmpty());
        }
    }

    @Test
    void whatWasThoughtToBeThereOrNotIsWrittenAllTheSame() {
        namespace("shop");
        new AnchorMap("shop", "one", List.of()).write(client, true);
        assertThat(published("shop")).contains("one");
        new AnchorMap("shop", "two", List.of()).write(client, false);
        assertThat(published("shop")).contains("two");
    }

    private TimesOnceableOrHttpHeaderable<?> refuse() {
        return server.expect()
                .post()
                .withPath("/api/v1/namespaces/shop/configmaps")
                .andReturn(
                        HttpURLConnection.HTTP_FORBIDDEN,
                        new StatusBuilder()
                                .withCode(HttpURLConnection.HTTP_FORBIDDEN)
                                .withReason("Forbidden")
                                .withMessage("configmaps \"weft-trust\" is forbidden: exceeded quota: objects")
                                .build());
    }

    @Test
    void neverWritesThatNothingIsTrusted() throws Exception {
        namespace("shop");
        try (TrustPublisher publisher = start()) {
            publisher.publish(() -> List.of(first));
            publisher.publish(() -> List.of());
            awaitIn("shop", List.of(first));
        }
    }

    @Test
    void goesOnAfterAFailureOfAnyKind() throws Exception {
        namespace("shop");
        AtomicInteger failures = new AtomicInteger();
        AtomicBoolean failing = new AtomicBoolean(true);
        Leadership leadership = new Leadership() {
            @Override
            public boolean leads() {
                if (failing.get()) {
                    failures.addAndGet(Thread.currentThread().getName().equals("trust-publisher") ? 1 : 0);
                    throw new IllegalStateException("the test's");
                }
                return true;
            }

            @Override
            public Optional<String> leader() {
                return Optional.empty();
            }

            @Override
            public void onChange(Runnable listener) {}
        };
        try (TrustPublisher publisher = TrustPublisher.start(client, "weft-system", leadership)) {
            publisher.publish(() -> List.of(first));
            Waiting.until(() -> failures.get() > 0);
            failing.set(false);
            publisher.publish(() -> List.of(first, second));
            awaitIn("shop", List.of(first, second));
        }
    }

    private TrustPublisher start() {
        return TrustPublisher.start(client, "weft-system", Leadership.ALONE);
    }

    private void namespace(String name) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    private void awaitIn(String namespace, List<X509Certificate> anchors) throws Exception {
        Waiting.until(() -> published(namespace).equals(Optional.of(Pem.encodeCertificates(anchors))));
        assertThat(published(namespace)).isPresent();
    }

    private Optional<String> published(String namespace) {
        return Optional.ofNullable(client.configMaps()
                        .inNamespace(namespace)
                        .withName(TrustPublisher.CONFIG_MAP)
                        .get())
                .map(ConfigMap::getData)
                .map(data -> data.get(TrustPublisher.KEY));
    }

    private static X509Certificate anchor(String name) {
        return TrustAnchors.create(name, Duration.ofDays(1), Clock.systemUTC()).certificate();
    }
}
