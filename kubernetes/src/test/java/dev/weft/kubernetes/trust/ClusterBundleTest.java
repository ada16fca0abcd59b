package dev.weft.kubernetes.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.weft.control.lead.Leadership;
import dev.weft.kubernetes.mock.MockApi;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.APIResourceBuilder;
import io.fabric8.kubernetes.api.model.APIResourceListBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The anchors as an object of the whole cluster. */
@ExtendWith(MockApi.class)
final class ClusterBundleTest {

    private static final ResourceDefinitionContext BUNDLES = new ResourceDefinitionContext.Builder()
            .withGroup("certificates.k8s.io")
            .withVersion("v1beta1")
            .withKind("ClusterTrustBundle")
            .withPlural("clustertrustbundles")
            .withNamespaced(false)
            .build();

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesMockServer server;

    @Test
    void isKeptAtTheAnchorsWhereTheApiServerHasTheKind() {
        serve();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("weft-system")
                        .endMetadata()
                        .build())
                .create();
        try (ClusterBundle bundle = ClusterBundle.start(client, "weft-system", Leadership.ALONE)) {
            bundle.publish("first");
            Waiting.until(() -> spec().equals(Optional.of(spec("first"))));
            assertThat(live().getMetadata().getOwnerReferences())
                    .as("it goes with the control plane's namespace")
                    .singleElement()
                    .satisfies(owner -> assertThat(owner.getName()).isEqualTo("weft-system"));
            bundle.publish("first, second");
            Waiting.until(() -> spec().equals(Optional.of(spec("first, second"))));
        }
    }

    @Test
    void isNotAskedForWhereTheApiServerDoesNotHaveTheKind() throws Exception {
        try (ClusterBundle bundle = ClusterBundle.start(client, "weft-system", Leadership.ALONE)) {
            bundle.publish("first");
            Waiting.until(() -> server.getRequestCount() >= 3);
            for (int i = 0; i < 3; i++) {
                assertThat(server.takeRequest().getPath()).startsWith("/apis/certificates.k8s.io/v1");
            }
            assertThat(spec()).isEmpty();
        }
    }

    @Test
    void nothingIsWrittenWithoutAnAnchor() {
        serve();
        try (ClusterBundle bundle = ClusterBundle.start(client, "weft-system", Leadership.ALONE)) {
            bundle.publish("");
            bundle.publish("first");
            Waiting.until(() -> spec().equals(Optional.of(spec("first"))));
        }
    }

    @Test
    void aLookThatFailsInAnyWayDoesNotEndTheSchedule() {
        serve();
        AtomicBoolean fails = new AtomicBoolean(true);
        Leadership leadership = new Leadership() {
            @Override
            public boolean leads() {
                if (fails.get()) {
                    throw new IllegalStateException("leads() fails");
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
        try (ClusterBundle bundle = ClusterBundle.start(client, "weft-system", leadership)) {
            bundle.publish("first");
            assertThatCode(bundle::look).doesNotThrowAnyException();
            fails.set(false);
            bundle.publish("first");
            Waiting.until(() -> spec().equals(Optional.of(spec("first"))));
        }
    }

    private void serve() {
        server.expect()
                .get()
                .withPath("/apis/certificates.k8s.io/v1beta1")
                .andReturn(
                        200,
                        new APIResourceListBuilder()
                                .withGroupVersion("certificates.k8s.io/v1beta1")
                                .withResources(new APIResourceBuilder()
                                        .withName("clustertrustbundles")
                                        .withKind("ClusterTrustBundle")
                                        .withNamespaced(false)
                                        .build())
                                .build())
                .always();
    }

    private static Map<String, Object> spec(String pem) {
        return Map.of("signerName", ClusterBundle.SIGNER, "trustBundle", pem);
    }

    private GenericKubernetesResource live() {
        return client.genericKubernetesResources(BUNDLES)
                .withName(ClusterBundle.NAME)
                .get();
    }

    private Optional<Object> spec() {
        return Optional.ofNullable(live())
                .map(object -> object.getAdditionalProperties().get("spec"));
    }
}
