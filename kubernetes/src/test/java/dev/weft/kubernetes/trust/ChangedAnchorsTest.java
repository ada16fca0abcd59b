package dev.weft.kubernetes.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.lead.Leadership;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import dev.weft.kubernetes.mock.MockApi;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.net.HttpURLConnection;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which of several anchors are published when several threads change trust, and when a control plane starts. */
@ExtendWith(MockApi.class)
final class ChangedAnchorsTest {

    private final X509Certificate first = anchor("First");
    private final X509Certificate second = anchor("Second");

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesMockServer server;

    @BeforeEach
    void shop() {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("shop")
                        .endMetadata()
                        .build())
                .create();
    }

    /** The threads that change trust publish on their own, and may overtake each other. */
    @Test
    void aSlowerThreadDoesNotPutFormerAnchorsInThePlaceOfNewOnes() throws Exception {
        AtomicReference<List<X509Certificate>> trusted = new AtomicReference<>(List.of(first));
        try (TrustPublisher publisher = start()) {
            Thread faster = Thread.ofPlatform().unstarted(() -> publisher.publish(trusted::get));
            publisher.publish(() -> {
                List<X509Certificate> former = trusted.get();
                if (faster.getState() == Thread.State.NEW) {
                    trusted.set(List.of(second));
                    faster.start();
                    Waiting.until(() -> Set.of(Thread.State.BLOCKED, Thread.State.TERMINATED)
                            .contains(faster.getState()));
                }
                return former;
            });
            faster.join();
            awaitInShop(List.of(second));
            assertThat(published()).contains(Pem.encodeCertificates(List.of(second)));
        }
    }

    /** A step of a rotation asks for them; another thread may have changed trust and not have published yet. */
    @Test
    void anchorsThatAreTrustedSinceAMomentAgoAreNotPublished() throws Exception {
        AtomicReference<List<X509Certificate>> trusted = new AtomicReference<>(List.of(first));
        try (TrustPublisher publisher = start()) {
            publisher.publish(trusted::get);
            Waiting.until(() -> publisher.unpublished().isEmpty());
            refuseUpdates();
            trusted.set(List.of(first, second));
            assertThat(publisher.unpublished()).hasSize(1);
        }
    }

    @Test
    void asksForWhatIsThereBeforeItWrites() throws Exception {
        new AnchorMap("shop", "former", List.of()).write(client, false);
        server.expect()
                .get()
                .withPath("/api/v1/configmaps?fieldSelector=metadata.name%3Dweft-trust&resourceVersion=0")
                .andReturn(HttpURLConnection.HTTP_INTERNAL_ERROR, "")
                .once();
        try (TrustPublisher publisher = start()) {
            publisher.publish(() -> List.of(first));
            awaitInShop(List.of(first));
        }
        List<String> requests = new ArrayList<>();
        for (int left = server.getRequestCount(); left > 0; left--) {
            RecordedRequest request = server.takeRequest();
            requests.add(request.getMethod() + " " + request.getPath());
        }
        assertThat(requests)
                .filteredOn(request -> request.equals("POST /api/v1/namespaces/shop/configmaps"))
                .as("%s", requests)
                .hasSize(1);
    }

    private void refuseUpdates() {
        server.expect()
                .put()
                .withPath("/api/v1/namespaces/shop/configmaps/weft-trust")
                .andReturn(HttpURLConnection.HTTP_FORBIDDEN, new StatusBuilder().build())
                .always();
    }

    private TrustPublisher start() {
        return TrustPublisher.start(client, "weft-system", Leadership.ALONE);
    }

    private void awaitInShop(List<X509Certificate> anchors) {
        Waiting.until(() -> published().equals(Optional.of(Pem.encodeCertificates(anchors))));
    }

    private Optional<String> published() {
        return Optional.ofNullable(client.configMaps()
                        .inNamespace("shop")
                        .withName(TrustPublisher.CONFIG_MAP)
                        .get())
                .map(ConfigMap::getData)
                .map(data -> data.get(TrustPublisher.KEY));
    }

    private static X509Certificate anchor(String name) {
        return TrustAnchors.create(name, Duration.ofDays(1), Clock.systemUTC()).certificate();
    }
}
