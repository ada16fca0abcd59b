package dev.weft.kubernetes.registry;

import dev.weft.contracts.RegistryContract;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.mock.MockApi;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.registry.OperatorObjects;
import dev.weft.mesh.route.RouteName;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(MockApi.class)
@SuppressWarnings("NullAway.Init")
final class KubernetesRegistryContractTest extends RegistryContract {

    KubernetesMockServer server;
    KubernetesClient client;

    @Override
    protected Subject open(List<Revocation> there) throws IOException {
        MockCluster.expectKinds(server);
        there.forEach(revocation -> MockCluster.put(client, revocation));
        return new Cluster(
                client,
                KubernetesRegistry.open(
                        client, TrustDomain.parse("cluster.local"), InboundMode.PERMISSIVE, MockCluster.QUICK));
    }

    private record Cluster(KubernetesClient client, KubernetesRegistry registry) implements Subject {
        @Override
        public OperatorObjects operators() {
            return registry.operators();
        }

        @Override
        public void put(Revocation revocation) {
            MockCluster.put(client, revocation);
        }

        @Override
        public void remove(String name) {
            MockCluster.remove(client, WatchedKind.REVOCATION, name);
        }

        @Override
        public void putRoute(RouteName name, String json) {
            MockCluster.put(client, kind(name), json);
        }

        @Override
        public void removeRoute(RouteName name) {
            MockCluster.remove(client, kind(name), name.name());
        }

        private static WatchedKind kind(RouteName name) {
            return switch (name.kind()) {
                case HTTP -> WatchedKind.HTTP_ROUTE;
                case GRPC -> WatchedKind.GRPC_ROUTE;
            };
        }

        @Override
        public void close() {
            registry.close();
        }
    }
}
