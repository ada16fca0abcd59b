package dev.weft.kubernetes;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.ControlSettings;
import dev.weft.control.Home;
import dev.weft.control.federation.FederationSettings;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.mock.MockApi;
import dev.weft.kubernetes.registry.MockCluster;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.registry.Registry;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a control plane takes from the variables of its installation. */
@ExtendWith(MockApi.class)
final class HomeOfAnInstallationTest {

    @SuppressWarnings("NullAway.Init") // set by MockApi
    private KubernetesMockServer server;

    @SuppressWarnings("NullAway.Init") // set by MockApi
    private KubernetesClient client;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "WEFT_INBOUND,         strict,     STRICT",
        "WEFT_INBOUND,         permissive, PERMISSIVE",
        "WEFT_WEBHOOK_INBOUND, strict,     STRICT",
        "WEFT_OTHER,           strict,     PERMISSIVE"
    })
    void isTheModeOfANamespaceThatSaysNothing(String variable, String word, InboundMode mode) throws Exception {
        MockCluster.expectKinds(server);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("shop")
                        .endMetadata()
                        .build())
                .create();
        ControlSettings settings = settings();
        try (Home home = KubernetesHome.open(settings, client, Map.of(variable, word), 0);
                Registry registry = home.objects(settings).registry()) {
            assertThat(requireNonNull(registry.current().namespaces().get("shop"))
                            .inbound())
                    .isEqualTo(mode);
        }
    }

    private ControlSettings settings() {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new ControlSettings(
                List.of(),
                directory,
                TrustDomain.parse("cluster.local"),
                any,
                any,
                Duration.ofHours(1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new FederationSettings(Optional.empty(), Optional.empty(), Duration.ofSeconds(5)),
                "info");
    }
}
